#include "classify/critical_batch.h"

#include <stdlib.h>

#include "base/memory.h"

struct critical_batch *
critical_batch_new(void)
{
    struct critical_batch *batch = memory_on_lines(sizeof *batch);

    critical_batch_clear(batch);
    return batch;
}

void
critical_batch_free(struct critical_batch *batch)
{
    free(batch);
}
