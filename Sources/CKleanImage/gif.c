// The first frame of a GIF through giflib, on a white canvas.
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#include "CKleanImage.h"

struct reader {
    const uint8_t *bytes;
    size_t left;
};

static int on_read(GifFileType *file, GifByteType *target, int count) {
    struct reader *reader = file->UserData;
    size_t given = (size_t)count < reader->left ? (size_t)count : reader->left;
    memcpy(target, reader->bytes, given);
    reader->bytes += given;
    reader->left -= given;
    return (int)given;
}

static int status_of(int code) {
    switch (code) {
    case D_GIF_ERR_READ_FAILED: case D_GIF_ERR_EOF_TOO_SOON: return KI_TRUNCATED;
    case D_GIF_ERR_NOT_ENOUGH_MEM: return KI_MEMORY;
    default: return KI_CORRUPT;
    }
}

static int ended(GifFileType *file, int status, struct ki_header *header) {
    int ignored;
    if (status != KI_OK) header->detail = file->Error;
    DGifCloseFile(file, &ignored);
    return status;
}

/// Reads up to the first frame's description. `transparent` is a colour's number, or -1.
static int seek_frame(GifFileType *file, int *transparent) {
    *transparent = -1;
    for (;;) {
        GifRecordType kind;
        if (DGifGetRecordType(file, &kind) != GIF_OK) return status_of(file->Error);
        if (kind == TERMINATE_RECORD_TYPE) return KI_TRUNCATED;
        if (kind == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(file) == GIF_OK ? KI_OK : status_of(file->Error);
        if (kind != EXTENSION_RECORD_TYPE) return KI_CORRUPT;
        int code;
        GifByteType *block;
        if (DGifGetExtension(file, &code, &block) != GIF_OK) return status_of(file->Error);
        while (block) {
            GraphicsControlBlock control;
            if (code == GRAPHICS_EXT_FUNC_CODE &&
                DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
                *transparent = control.TransparentColor;
            if (DGifGetExtensionNext(file, &block) != GIF_OK) return status_of(file->Error);
        }
    }
}

int ki_gif_header(const uint8_t *bytes, size_t count, struct ki_header *header) {
    struct reader reader = {bytes, count};
    int code = 0;
    GifFileType *file = DGifOpen(&reader, on_read, &code);
    if (!file) {
        header->detail = code;
        return status_of(code);
    }
    header->width = (uint32_t)file->SWidth;
    header->height = (uint32_t)file->SHeight;
    return ended(file, KI_OK, header);
}

/// Decodes the described frame row by row to its place; what lies off the canvas is not drawn.
static int draw(
    GifFileType *file, int transparent, GifPixelType *line, const struct ki_header *header,
    uint8_t *rgb
) {
    static const int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
    const GifImageDesc *frame = &file->Image;
    const ColorMapObject *map = frame->ColorMap ? frame->ColorMap : file->SColorMap;
    if (!map) return KI_CORRUPT;
    for (int pass = 0; pass < (frame->Interlace ? 4 : 1); pass++) {
        int step = frame->Interlace ? steps[pass] : 1;
        for (int y = frame->Interlace ? starts[pass] : 0; y < frame->Height; y += step) {
            if (DGifGetLine(file, line, frame->Width) != GIF_OK) return status_of(file->Error);
            size_t row = (size_t)frame->Top + (size_t)y;
            if (row >= header->height) continue;
            for (int x = 0; x < frame->Width; x++) {
                size_t column = (size_t)frame->Left + (size_t)x;
                if (column >= header->width) break;
                if (line[x] == transparent || line[x] >= map->ColorCount) continue;
                const GifColorType *colour = &map->Colors[line[x]];
                uint8_t *pixel = rgb + 3 * (row * header->width + column);
                pixel[0] = colour->Red;
                pixel[1] = colour->Green;
                pixel[2] = colour->Blue;
            }
        }
    }
    return KI_OK;
}

int ki_gif_pixels(const uint8_t *bytes, size_t count, struct ki_header *header, uint8_t *rgb) {
    struct reader reader = {bytes, count};
    int code = 0;
    GifFileType *file = DGifOpen(&reader, on_read, &code);
    if (!file) {
        header->detail = code;
        return status_of(code);
    }
    memset(rgb, 255, 3 * (size_t)header->width * header->height);
    int transparent;
    int status = seek_frame(file, &transparent);
    if (status != KI_OK) return ended(file, status, header);
    // A frame may exceed its canvas; its rows are read all the same, so they are bounded, too.
    if (file->Image.Width <= 0 || file->Image.Height <= 0 || file->Image.Left < 0 ||
        file->Image.Top < 0 ||
        (uint64_t)file->Image.Width * (uint64_t)file->Image.Height >
            4 * ((uint64_t)header->width * header->height + 65536))
        return ended(file, KI_CORRUPT, header);
    GifPixelType *line = malloc((size_t)file->Image.Width);
    if (!line) return ended(file, KI_MEMORY, header);
    status = draw(file, transparent, line, header, rgb);
    free(line);
    return ended(file, status, header);
}
