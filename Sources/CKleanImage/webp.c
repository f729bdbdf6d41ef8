// WebP through libwebp; of an animation its first frame, on a white canvas.
#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "CKleanImage.h"
#include "blend.h"

static int status_of(VP8StatusCode code) {
    switch (code) {
    case VP8_STATUS_OK: return KI_OK;
    case VP8_STATUS_OUT_OF_MEMORY: return KI_MEMORY;
    case VP8_STATUS_SUSPENDED: case VP8_STATUS_NOT_ENOUGH_DATA: return KI_TRUNCATED;
    case VP8_STATUS_UNSUPPORTED_FEATURE: return KI_UNSUPPORTED;
    default: return KI_CORRUPT;
    }
}

int ki_webp_header(const uint8_t *bytes, size_t count, struct ki_header *header) {
    WebPBitstreamFeatures features;
    VP8StatusCode code = WebPGetFeatures(bytes, count, &features);
    header->detail = (int32_t)code;
    if (code != VP8_STATUS_OK) return status_of(code);
    if (features.width <= 0 || features.height <= 0) return KI_CORRUPT;
    header->width = (uint32_t)features.width;
    header->height = (uint32_t)features.height;
    return KI_OK;
}

/// Decodes one frame to its place on the canvas.
static int draw(
    const uint8_t *bytes, size_t count, int left, int top, struct ki_header *header, uint8_t *rgb
) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return KI_UNSUPPORTED;
    VP8StatusCode code = WebPGetFeatures(bytes, count, &config.input);
    header->detail = (int32_t)code;
    if (code != VP8_STATUS_OK) return status_of(code);
    size_t width = (size_t)config.input.width, height = (size_t)config.input.height;
    size_t stride = 3 * (size_t)header->width;
    if (left < 0 || top < 0 || (size_t)left + width > header->width ||
        (size_t)top + height > header->height)
        return KI_CORRUPT;
    uint8_t *place = rgb + (size_t)top * stride + 3 * (size_t)left;
    config.output.is_external_memory = 1;
    uint8_t *rgba = NULL;
    if (config.input.has_alpha) {
        rgba = malloc(4 * width * height);
        if (!rgba) return KI_MEMORY;
        config.output.colorspace = MODE_RGBA;
        config.output.u.RGBA.rgba = rgba;
        config.output.u.RGBA.stride = (int)(4 * width);
        config.output.u.RGBA.size = 4 * width * height;
    } else {
        config.output.colorspace = MODE_RGB;
        config.output.u.RGBA.rgba = place;
        config.output.u.RGBA.stride = (int)stride;
        config.output.u.RGBA.size = (height - 1) * stride + 3 * width;
    }
    code = WebPDecode(bytes, count, &config);
    header->detail = (int32_t)code;
    if (code == VP8_STATUS_OK && rgba)
        for (size_t y = 0; y < height; y++)
            for (size_t x = 0; x < width; x++)
                for (int c = 0; c < 3; c++) {
                    const uint8_t *pixel = rgba + 4 * (y * width + x);
                    place[y * stride + 3 * x + c] = ki_over_white(pixel[c], pixel[3]);
                }
    free(rgba);
    WebPFreeDecBuffer(&config.output);
    return status_of(code);
}

int ki_webp_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb) {
    WebPBitstreamFeatures features;
    VP8StatusCode code = WebPGetFeatures(bytes, count, &features);
    header->detail = (int32_t)code;
    if (code != VP8_STATUS_OK) return status_of(code);
    if ((uint32_t)features.width != header->width || (uint32_t)features.height != header->height)
        return KI_CORRUPT;
    if (!features.has_animation) return draw(bytes, count, 0, 0, header, rgb);

    memset(rgb, 255, 3 * (size_t)header->width * header->height);
    WebPData data = {bytes, count};
    WebPDemuxState state;
    WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
    if (!demuxer) return state == WEBP_DEMUX_PARSING_HEADER ? KI_TRUNCATED : KI_CORRUPT;
    WebPIterator frame;
    int status = KI_TRUNCATED;
    if (WebPDemuxGetFrame(demuxer, 1, &frame)) {
        if (frame.complete)
            status = draw(
                frame.fragment.bytes, frame.fragment.size, frame.x_offset, frame.y_offset, header,
                rgb);
        WebPDemuxReleaseIterator(&frame);
    }
    WebPDemuxDelete(demuxer);
    return status;
}
