#ifndef CAPTURE_BPF_CODE_H
#define CAPTURE_BPF_CODE_H

#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

/* A BPF program that is being written, instruction by instruction (RFC 9669; what is
 * Linux's own, linux/bpf.h).  Jumps lead forward, to labels that are placed later. */
enum { BPF_CODE_MAX = 512, BPF_CODE_LABELS_MAX = 32 };

struct bpf_code {
    struct bpf_insn instructions[BPF_CODE_MAX];
    uint8_t targets[BPF_CODE_MAX]; /* The label that each one jumps to; 0: none. */
    size_t n;
    unsigned n_labels;
};

/* Number of a label, from 1. */
typedef unsigned bpf_label;

/* A new label, to jump to and then to place, once. */
bpf_label bpf_code_label(struct bpf_code *code);

/* Places 'label' before the next instruction. */
void bpf_code_place(struct bpf_code *code, bpf_label label);

/* Loads 'size' (BPF_B, BPF_H, BPF_W, BPF_DW) from 'offset' of where 'from' points. */
void bpf_code_load(struct bpf_code *code, uint8_t size, uint8_t to, uint8_t from,
                   int16_t offset);

/* Turns the 16, 32 or 64 bits of 'reg', which came from the network, to host order. */
void bpf_code_to_host(struct bpf_code *code, uint8_t reg, int32_t bits);

/* An operation (BPF_MOV, BPF_ADD, ...) on 64 bits, with a number or another register. */
void bpf_code_number(struct bpf_code *code, uint8_t operation, uint8_t reg, int32_t number);
void bpf_code_register(struct bpf_code *code, uint8_t operation, uint8_t reg, uint8_t with);

/* Sets 'reg' to any number. */
void bpf_code_set(struct bpf_code *code, uint8_t reg, uint64_t number);

/* Points 'reg' to 'offset' of the only value of an array. */
void bpf_code_point(struct bpf_code *code, uint8_t reg, int map, uint32_t offset);

/* Adds 'reg' atomically to the 64 bits at 'offset' of where 'to' points. */
void bpf_code_count(struct bpf_code *code, uint8_t to, int16_t offset, uint8_t reg);

/* Jumps if 'comparison' (BPF_JEQ, BPF_JNE, BPF_JGE, ...) of 'reg' with a number holds. */
void bpf_code_jump(struct bpf_code *code, uint8_t comparison, uint8_t reg, int32_t number,
                   bpf_label to);
void bpf_code_jump_always(struct bpf_code *code, bpf_label to);

/* Calls a helper (BPF_FUNC_...): arguments are in registers 1 to 5, which it does not keep,
 * and its result in register 0. */
void bpf_code_call(struct bpf_code *code, int32_t helper);

/* Ends the program with the result in register 0. */
void bpf_code_exit(struct bpf_code *code);

#endif
