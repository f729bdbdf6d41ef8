// PNG through libpng. Its errors jump; every jump lands in this file.
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "CKleanImage.h"
#include "blend.h"

/// The file's bytes still to be read, and what went wrong.
struct reader {
    const uint8_t *bytes;
    size_t left;
    int status;
};

static void on_error(png_structp codec, png_const_charp text) {
    (void)text;
    struct reader *reader = png_get_error_ptr(codec);
    if (reader->status == KI_OK) reader->status = KI_CORRUPT;
    png_longjmp(codec, 1);
}

static void on_warning(png_structp codec, png_const_charp text) {
    (void)codec;
    (void)text;
}

static void on_read(png_structp codec, png_bytep target, size_t count) {
    struct reader *reader = png_get_io_ptr(codec);
    if (count > reader->left) {
        reader->status = KI_TRUNCATED;
        png_error(codec, "");
    }
    memcpy(target, reader->bytes, count);
    reader->bytes += count;
    reader->left -= count;
}

/// Text, profiles and their like are skipped unread, so that they cannot unpack into gigabytes.
static png_structp open_reader(struct reader *reader, png_infop *info) {
    png_structp codec =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    if (!codec) return NULL;
    *info = png_create_info_struct(codec);
    if (!*info) {
        png_destroy_read_struct(&codec, NULL, NULL);
        return NULL;
    }
    png_set_read_fn(codec, reader, on_read);
    png_set_keep_unknown_chunks(codec, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(codec, 1 << 20);
    png_set_user_limits(codec, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // Ours come before pixels.
    return codec;
}

int ki_png_header(const uint8_t *bytes, size_t count, struct ki_header *header) {
    struct reader reader = {bytes, count, KI_OK};
    png_infop info = NULL;
    png_structp codec = open_reader(&reader, &info);
    if (!codec) return KI_MEMORY;
    if (setjmp(png_jmpbuf(codec))) {
        png_destroy_read_struct(&codec, &info, NULL);
        return reader.status;
    }
    png_read_info(codec, info);
    header->width = png_get_image_width(codec, info);
    header->height = png_get_image_height(codec, info);
    png_destroy_read_struct(&codec, &info, NULL);
    return KI_OK;
}

/// Whatever the file holds becomes 8-bit RGB, or RGBA where pixels may be transparent.
static int ask_for_bytes(png_structp codec, png_infop info) {
    int colour = png_get_color_type(codec, info);
    int has_alpha =
        (colour & PNG_COLOR_MASK_ALPHA) || png_get_valid(codec, info, PNG_INFO_tRNS);
    png_set_expand(codec);
    png_set_scale_16(codec);
    png_set_gray_to_rgb(codec);
    return has_alpha;
}

static void lay_over_white(const uint8_t *rgba, uint32_t width, uint8_t *rgb) {
    for (size_t x = 0; x < width; x++)
        for (int c = 0; c < 3; c++)
            rgb[3 * x + c] = ki_over_white(rgba[4 * x + c], rgba[4 * x + 3]);
}

int ki_png_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb) {
    struct reader reader = {bytes, count, KI_OK};
    png_infop info = NULL;
    png_structp codec = open_reader(&reader, &info);
    uint8_t *volatile buffer = NULL;  // Rows with alpha: one, or all of an interlaced picture.
    if (!codec) return KI_MEMORY;
    if (setjmp(png_jmpbuf(codec))) {
        png_destroy_read_struct(&codec, &info, NULL);
        free(buffer);
        return reader.status;
    }
    png_read_info(codec, info);
    uint32_t width = png_get_image_width(codec, info);
    uint32_t height = png_get_image_height(codec, info);
    int has_alpha = ask_for_bytes(codec, info);
    int passes = png_set_interlace_handling(codec);
    png_read_update_info(codec, info);
    size_t channels = has_alpha ? 4 : 3;
    if (width != header->width || height != header->height ||
        png_get_rowbytes(codec, info) != channels * width)
        png_error(codec, "");
    if (has_alpha) {
        size_t rows = passes > 1 ? height : 1;
        buffer = calloc(rows, 4 * (size_t)width);
        if (!buffer) {
            reader.status = KI_MEMORY;
            png_error(codec, "");
        }
    }
    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < height; y++) {
            uint8_t *row = rgb + 3 * y * width;
            uint8_t *rgba = buffer + (passes > 1 ? 4 * y * width : 0);
            png_read_row(codec, has_alpha ? rgba : row, NULL);
            if (has_alpha && pass == passes - 1) lay_over_white(rgba, width, row);
        }
    // The chunks after the last row cannot change the picture and are not read.
    png_destroy_read_struct(&codec, &info, NULL);
    free(buffer);
    return KI_OK;
}
