// The generator's hot loop and the texts that it hands on. Imported by KleanTesting alone.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Instruction sets, worst first. Every machine runs the first.
enum klean_testing_isa {
    klean_testing_scalar = 0,
    klean_testing_avx2 = 1,
    klean_testing_avx512 = 2,
};

// The best set that this machine runs.
enum klean_testing_isa klean_testing_best(void);

// Bits of scene + texture strictly above the lower median, as PDQ thresholds its spectrum.
//
// scene:   256 coefficients, 0...63 each.
// texture: 256 coefficients, 0...63 each; where a byte of `mirror` is 63, coefficient t of that
//          lane counts as 63 - t. Bytes of `mirror` are 0 or 63.
// hash:    4 words, bit i of word w is coefficient 64 * w + i.
// No alignment is needed. Every instruction set gives the same bits.
void klean_testing_threshold(enum klean_testing_isa isa, const uint8_t *scene,
                             const uint8_t *texture, uint64_t mirror, uint64_t hash[4]);

// The shipped model's source files.
enum klean_testing_source {
    klean_testing_model_yaml = 0,
    klean_testing_brands,
    klean_testing_lexicon,
    klean_testing_accessories,
    klean_testing_categories,
    klean_testing_words,
    klean_testing_fx,
};

// The text of a source file, not terminated.
const unsigned char *klean_testing_source(enum klean_testing_source source, size_t *count);
