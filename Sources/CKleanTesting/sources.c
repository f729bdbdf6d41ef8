#include "klean_testing.h"

// The shipped model's word lists, so that the installed binary alone writes a whole model source.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char model_yaml[] = {
#embed "../../cluster/model/model.yaml"
};
static const unsigned char brands[] = {
#embed "../../cluster/model/brands.tsv"
};
static const unsigned char lexicon[] = {
#embed "../../cluster/model/lexicon.tsv"
};
static const unsigned char accessories[] = {
#embed "../../cluster/model/accessories.tsv"
};
static const unsigned char categories[] = {
#embed "../../cluster/model/categories.tsv"
};
static const unsigned char words[] = {
#embed "../../cluster/model/words.tsv"
};
static const unsigned char fx[] = {
#embed "../../cluster/model/fx.tsv"
};

static const struct {
    const unsigned char *bytes;
    size_t count;
} sources[] = {
    {model_yaml, sizeof model_yaml}, {brands, sizeof brands},
    {lexicon, sizeof lexicon},       {accessories, sizeof accessories},
    {categories, sizeof categories}, {words, sizeof words},
    {fx, sizeof fx},
};

const unsigned char *klean_testing_source(enum klean_testing_source source, size_t *count) {
    *count = sources[source].count;
    return sources[source].bytes;
}
