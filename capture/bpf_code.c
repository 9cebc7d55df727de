#include "capture/bpf_code.h"

#include <assert.h>

/* Adds an instruction; what it does not use is 0. */
static void
add(struct bpf_code *code, uint8_t operation, unsigned destination, unsigned source,
    int16_t offset, int32_t number)
{
    assert(code->n < BPF_CODE_MAX);
    code->targets[code->n] = 0;
    code->instructions[code->n++] = (struct bpf_insn){ .code = operation,
                                                       .dst_reg = destination & 0xfu,
                                                       .src_reg = source & 0xfu,
                                                       .off = offset,
                                                       .imm = number };
}

bpf_label
bpf_code_label(struct bpf_code *code)
{
    assert(code->n_labels < BPF_CODE_LABELS_MAX);
    return ++code->n_labels;
}

void
bpf_code_place(struct bpf_code *code, bpf_label label)
{
    for (size_t i = 0; i < code->n; i++) {
        if (code->targets[i] == label) {
            code->instructions[i].off = (int16_t) (code->n - i - 1);
        }
    }
}

void
bpf_code_load(struct bpf_code *code, uint8_t size, uint8_t to, uint8_t from, int16_t offset)
{
    add(code, BPF_LDX | BPF_MEM | size, to, from, offset, 0);
}

void
bpf_code_to_host(struct bpf_code *code, uint8_t reg, int32_t bits)
{
    add(code, BPF_ALU | BPF_END | BPF_TO_BE, reg, 0, 0, bits);
}

void
bpf_code_number(struct bpf_code *code, uint8_t operation, uint8_t reg, int32_t number)
{
    add(code, BPF_ALU64 | BPF_K | operation, reg, 0, 0, number);
}

void
bpf_code_register(struct bpf_code *code, uint8_t operation, uint8_t reg, uint8_t with)
{
    add(code, BPF_ALU64 | BPF_X | operation, reg, with, 0, 0);
}

/* The instruction that takes the place of two. */
static void
add_wide(struct bpf_code *code, uint8_t reg, uint8_t kind, uint32_t low, uint32_t high)
{
    add(code, BPF_LD | BPF_DW | BPF_IMM, reg, kind, 0, (int32_t) low);
    add(code, 0, 0, 0, 0, (int32_t) high);
}

void
bpf_code_set(struct bpf_code *code, uint8_t reg, uint64_t number)
{
    add_wide(code, reg, 0, (uint32_t) number, (uint32_t) (number >> 32));
}

void
bpf_code_point(struct bpf_code *code, uint8_t reg, int map, uint32_t offset)
{
    add_wide(code, reg, BPF_PSEUDO_MAP_VALUE, (uint32_t) map, offset);
}

void
bpf_code_count(struct bpf_code *code, uint8_t to, int16_t offset, uint8_t reg)
{
    add(code, BPF_STX | BPF_ATOMIC | BPF_DW, to, reg, offset, BPF_ADD);
}

static void
add_jump(struct bpf_code *code, uint8_t operation, uint8_t reg, int32_t number,
         bpf_label to)
{
    add(code, BPF_JMP | operation, reg, 0, 0, number);
    code->targets[code->n - 1] = (uint8_t) to;
}

void
bpf_code_jump(struct bpf_code *code, uint8_t comparison, uint8_t reg, int32_t number,
              bpf_label to)
{
    add_jump(code, BPF_K | comparison, reg, number, to);
}

void
bpf_code_jump_always(struct bpf_code *code, bpf_label to)
{
    add_jump(code, BPF_JA, 0, 0, to);
}

void
bpf_code_call(struct bpf_code *code, int32_t helper)
{
    add(code, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void
bpf_code_exit(struct bpf_code *code)
{
    add(code, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
