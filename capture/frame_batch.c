#include "capture/frame_batch.h"

#include <stdlib.h>

#include "base/memory.h"

struct frame_batch *
frame_batch_new(void)
{
    return memory_zeroed(1, sizeof(struct frame_batch));
}

void
frame_batch_free(struct frame_batch *batch)
{
    free(batch);
}
