// Picture files to rows of 8-bit RGB, and the arithmetic of PDQ hashes. Everything that may jump
// (libjpeg, libpng) stays behind these calls.
#ifndef CKLEANIMAGE_H
#define CKLEANIMAGE_H

#include <stddef.h>
#include <stdint.h>

/// How a decoder ended. The values are part of nothing stored.
enum ki_status {
    KI_OK = 0,
    KI_TRUNCATED = 1,    // The file ends before its picture does.
    KI_CORRUPT = 2,      // The file breaks its format's rules.
    KI_UNSUPPORTED = 3,  // Well formed, but a variant that the codec does not read.
    KI_WORK = 4,         // Decoding would take more passes than are allowed.
    KI_MEMORY = 5,       // No memory for the codec's own state.
};

/// What stands in a file's header.
struct ki_header {
    uint32_t width, height;
    int32_t detail;  // The codec's own code of what went wrong, for reports.
};

/// Reads the header of `count` bytes. Cheap: no pixel is decoded, and nothing that depends on the
/// picture's size is allocated.
typedef int (*ki_read_header)(const uint8_t *bytes, size_t count, struct ki_header *header);

/// Decodes into width x height x 3 bytes, row-major, no padding; `header` as the header call left
/// it. Transparent pixels are laid over white. On anything but KI_OK the rows hold rubbish.
typedef int (*ki_read_pixels)(
    const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb);

int ki_jpeg_header(const uint8_t *bytes, size_t count, struct ki_header *header);
int ki_jpeg_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb);
int ki_png_header(const uint8_t *bytes, size_t count, struct ki_header *header);
int ki_png_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb);
int ki_webp_header(const uint8_t *bytes, size_t count, struct ki_header *header);
int ki_webp_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb);
int ki_gif_header(const uint8_t *bytes, size_t count, struct ki_header *header);
int ki_gif_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb);

/// Entropy-coded passes over one JPEG; files meant to burn time have hundreds.
enum { ki_jpeg_scans_max = 100 };

/// The arithmetic of PDQ in 32-bit floats: no contraction, one fixed order of additions, so that
/// every variant gives the same bits. Rows that go through together are a strip of `lanes` rows.
/// Float rows have a stride that is a multiple of 16, with room for as much past `width`.
struct ki_pdq {
    const char *isa;  // "scalar", "avx2", "avx512"
    size_t lanes;     // 1, 8, 16

    /// Luma of a strip of `rows` (1...lanes) picture rows, then the box filter of `window` along
    /// each row. out: lanes rows of `stride` floats; those past `rows` hold rubbish.
    /// scratch: lanes x stride floats, 64-byte aligned.
    void (*filter_rows)(
        const uint8_t *rgb, size_t width, size_t rows, size_t window, float *scratch, float *out,
        size_t stride);

    /// The box filter along a strip of float rows, kept only at the 64 rising `places`.
    /// out: lanes rows of 64 floats. scratch: lanes x (stride + 64) floats, 64-byte aligned.
    void (*sample_rows)(
        const float *in, size_t stride, size_t width, size_t window, const uint32_t *places,
        float *scratch, float *out);

    /// One step of the box filter along columns: sums += entering, sums -= leaving, and
    /// out = sums / count. Any of the three rows may be null. All of `width` floats, a multiple
    /// of 16.
    void (*slide)(
        float *sums, const float *entering, const float *leaving, float count, float *out,
        size_t width);

    /// Luma alone: width x rows floats without padding.
    void (*luma)(const uint8_t *rgb, size_t pixels, float *out);

    /// basis x image x transposed basis. basis: 16 x 64, image: 64 x 64, out: 16 x 16.
    void (*transform)(const float *image, const float *basis, float *out);

    /// Sum over neighbours of the 64 x 64 image of |int((u - v) * 100 / 255)|.
    int32_t (*detail)(const float *image);
};

/// Variants this CPU can run, slowest first; index 0 is always the scalar reference.
size_t ki_pdq_variant_count(void);
const struct ki_pdq *ki_pdq_variant(size_t index);

/// Cells along each side of a region's coverage grid.
enum { ki_region_side = 32 };

/// A part of a picture that could be a logo: pixels of one mask, joined across small gaps.
struct ki_region {
    int32_t x, y, width, height;  // The tight box, in pixels.
    int32_t area;                 // Pixels of the mask.
    int32_t runs;                 // Unbroken stretches of a row.
    int32_t parts;                // Before gaps were bridged.
    int32_t source;               // Which kind of mask: 0...5.
    double ink_variance;          // Of the three planes, summed, inside the mask,
    double ground_variance;       // and in the rest of the box.
    double contrast_square;       // Between the mean colours of both.
    double edge;                  // Mean change of colour at both ends of a run.
    uint8_t cover[ki_region_side * ki_region_side];  // 255 is a cell full of mask; row-major.
};

struct ki_regions;

/// Memory to look for regions in pictures of one size, 0.2 KB a pixel and 6 KB a region of
/// `capacity`. - Returns: null where there is no memory.
struct ki_regions *ki_regions_create(int32_t width, int32_t height, int32_t capacity);
void ki_regions_destroy(struct ki_regions *state);

/// Finds at most `capacity` regions in a picture of that size. They lie in the state until it is
/// used again. - Returns: how many.
int32_t ki_regions_find(
    struct ki_regions *state, const uint8_t *rgb, const struct ki_region **found);

/// How a place was made unreadable. The values are those of `Concealment`.
enum { KI_MOSAIC = 1, KI_BLUR = 2, KI_PATCH = 3 };

/// A concealed place: its box in pixels and how it was made unreadable.
struct ki_concealed {
    int32_t x, y, width, height;
    int32_t kind;
};

struct ki_concealments;

/// Memory to look for concealed places in pictures of one size, 0.02 KB a pixel.
/// - Returns: null where there is no memory.
struct ki_concealments *ki_concealments_create(int32_t width, int32_t height, int32_t capacity);
void ki_concealments_destroy(struct ki_concealments *state);

/// Finds at most `capacity` places in a picture of that size, mosaics first, then patches, then
/// blurs. They lie in the state until it is used again. - Returns: how many.
int32_t ki_concealments_find(
    struct ki_concealments *state, const uint8_t *rgb, const struct ki_concealed **found);

/// Makes a picture smaller: each new pixel is the mean of those it stands for.
/// new_width: 1...width, new_height: 1...height.
void ki_shrink(
    const uint8_t *rgb, int32_t width, int32_t height, uint8_t *out, int32_t new_width,
    int32_t new_height);

#endif
