// The columns of a turned grid, for the two x86 files of the band join.
#include <immintrin.h>

// Row r of the grid is turned by multiplying: the product's halves hold what left and what entered.
KK_TARGET static inline void kk_columns(const uint64_t *hash, uint32_t *columns,
                                         size_t step) {
    const __m256i turns = _mm256_loadu_si256((const __m256i *)kk_turns);
    const __m256i halves =
        _mm256_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15,  //
                         0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
    __m256i rows = _mm256_loadu_si256((const __m256i *)hash);
    rows = _mm256_or_si256(_mm256_mullo_epi16(rows, turns), _mm256_mulhi_epu16(rows, turns));
    // Lower bytes of the 16 rows in the lower lane, upper bytes in the upper.
    rows = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(rows, halves), 0xD8);
    for (int column = 7; column >= 0; column--) {
        columns[(size_t)column * step] = (uint32_t)_mm256_movemask_epi8(rows);
        rows = _mm256_add_epi8(rows, rows);
    }
}
