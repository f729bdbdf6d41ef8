// JPEG through libjpeg-turbo. Its errors jump; every jump lands in this file.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "CKleanImage.h"

struct failure {
    struct jpeg_error_mgr manager;  // First, so that the library's pointer is ours.
    jmp_buf landing;
    int status;
    int detail;
    int has_ended;  // The library met the file's end and went on with an end mark of its own.
};

static void fail(j_common_ptr codec, int status, int detail) {
    struct failure *failure = (struct failure *)codec->err;
    failure->status = status;
    failure->detail = detail;
    longjmp(failure->landing, 1);
}

static void on_error(j_common_ptr codec) {
    int code = codec->err->msg_code;
    int status = KI_CORRUPT;
    switch (code) {
    case JERR_OUT_OF_MEMORY: status = KI_MEMORY; break;
    case JERR_INPUT_EMPTY: case JERR_INPUT_EOF: status = KI_TRUNCATED; break;
    case JERR_SOF_UNSUPPORTED: case JERR_BAD_PRECISION: case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED: case JERR_ARITH_NOTIMPL: case JERR_CCIR601_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL: case JERR_COMPONENT_COUNT:
        status = KI_UNSUPPORTED;
        break;
    default:
        if (((struct failure *)codec->err)->has_ended) status = KI_TRUNCATED;
        break;
    }
    fail(codec, status, code);
}

/// The library repairs what it warns of. Rubbish between markers, and headers that only disagree
/// about versions, leave the picture whole; everything else leaves holes that would be hashed.
static void on_message(j_common_ptr codec, int level) {
    if (level >= 0) return;
    int code = codec->err->msg_code;
    switch (code) {
    case JWRN_EXTRANEOUS_DATA: case JWRN_JFIF_MAJOR: case JWRN_ADOBE_XFORM: return;
    case JWRN_JPEG_EOF:
        // Of a single scan only the end mark may be missing; JWRN_HIT_MARKER tells if more is.
        ((struct failure *)codec->err)->has_ended = 1;
        if (codec->is_decompressor && jpeg_has_multiple_scans((j_decompress_ptr)codec))
            fail(codec, KI_TRUNCATED, code);
        return;
    case JWRN_HIT_MARKER: fail(codec, KI_TRUNCATED, code); return;
    default: fail(codec, KI_CORRUPT, code);
    }
}

static void on_progress(j_common_ptr codec) {
    j_decompress_ptr decoder = (j_decompress_ptr)codec;
    if (decoder->input_scan_number > ki_jpeg_scans_max)
        fail(codec, KI_WORK, decoder->input_scan_number);
}

static void no_text(j_common_ptr codec) { (void)codec; }

static void set_up(
    struct jpeg_decompress_struct *decoder, struct failure *failure, const uint8_t *bytes,
    size_t count
) {
    jpeg_create_decompress(decoder);
    failure->manager.emit_message = on_message;
    jpeg_mem_src(decoder, bytes, count);
    jpeg_read_header(decoder, TRUE);
}

static void listen(struct jpeg_decompress_struct *decoder, struct failure *failure) {
    memset(decoder, 0, sizeof *decoder);
    memset(failure, 0, sizeof *failure);
    decoder->err = jpeg_std_error(&failure->manager);
    failure->manager.error_exit = on_error;
    failure->manager.output_message = no_text;
}

int ki_jpeg_header(const uint8_t *bytes, size_t count, struct ki_header *header) {
    struct jpeg_decompress_struct decoder;
    struct failure failure;
    listen(&decoder, &failure);
    if (setjmp(failure.landing)) {
        header->detail = failure.detail;
        jpeg_destroy_decompress(&decoder);
        return failure.status;
    }
    set_up(&decoder, &failure, bytes, count);
    header->width = decoder.image_width;
    header->height = decoder.image_height;
    jpeg_destroy_decompress(&decoder);
    return KI_OK;
}

/// A row of inks in place of its first three: light is what the inks and the black let through.
/// Adobe stores inks upside down.
static void inks_to_light(const uint8_t *inks, uint32_t width, int is_inverted, uint8_t *rgb) {
    for (uint32_t x = 0; x < width; x++) {
        const uint8_t *ink = inks + 4 * (size_t)x;
        uint32_t black = is_inverted ? ink[3] : 255u - ink[3];
        for (int c = 0; c < 3; c++) {
            uint32_t light = is_inverted ? ink[c] : 255u - ink[c];
            rgb[3 * (size_t)x + c] = (uint8_t)((light * black + 127u) / 255u);
        }
    }
}

int ki_jpeg_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb) {
    struct jpeg_decompress_struct decoder;
    struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
    struct failure failure;
    uint8_t *volatile inks = NULL;
    listen(&decoder, &failure);
    if (setjmp(failure.landing)) {
        header->detail = failure.detail;
        jpeg_destroy_decompress(&decoder);
        free(inks);
        return failure.status;
    }
    set_up(&decoder, &failure, bytes, count);
    if (decoder.image_width != header->width || decoder.image_height != header->height)
        fail((j_common_ptr)&decoder, KI_CORRUPT, 0);
    decoder.progress = &progress;
    int is_printed =
        decoder.jpeg_color_space == JCS_CMYK || decoder.jpeg_color_space == JCS_YCCK;
    decoder.out_color_space = is_printed ? JCS_CMYK : JCS_RGB;
    if (is_printed && !(inks = malloc(4 * (size_t)header->width)))
        fail((j_common_ptr)&decoder, KI_MEMORY, 0);
    jpeg_start_decompress(&decoder);
    size_t stride = 3 * (size_t)header->width;
    while (decoder.output_scanline < decoder.output_height) {
        uint8_t *row = rgb + decoder.output_scanline * stride;
        JSAMPROW target = is_printed ? inks : row;
        if (jpeg_read_scanlines(&decoder, &target, 1) != 1)
            fail((j_common_ptr)&decoder, KI_TRUNCATED, 0);
        if (is_printed) inks_to_light(inks, header->width, decoder.saw_Adobe_marker, row);
    }
    // The end of the file is not read: what follows the last row cannot change the picture.
    jpeg_destroy_decompress(&decoder);
    free(inks);
    return KI_OK;
}
