// What generate_tables.py writes. See there for the meaning of the two maps.
#ifndef KLEANTEXT_TABLES_H
#define KLEANTEXT_TABLES_H
#include <stddef.h>
#include <stdint.h>

// Two-stage maps of the code points below KT_TABLE_LIMIT to an index into kt_entries.
// Index 0: the code point stays; 1: dropped, invisible; 2: one separator.
#define KT_TABLE_LIMIT 0x2FA80u
extern const uint16_t kt_plain_stage1[], kt_plain_stage2[];
extern const uint16_t kt_merged_stage1[], kt_merged_stage2[];

// offset into kt_pool | bytes << 17 | kind << 24 | complex << 30 | several code points << 31
extern const uint32_t kt_entries[];
extern const uint8_t kt_pool[];

extern const uint32_t kt_ccc[];        // code point << 8 | combining class, ascending
extern const uint32_t kt_compose[];    // first, second, composite, ascending by first and second
extern const uint32_t kt_decompose[];  // code point, first, second or 0, ascending
extern const size_t kt_ccc_count, kt_compose_count, kt_decompose_count;
#endif
