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

#endif
