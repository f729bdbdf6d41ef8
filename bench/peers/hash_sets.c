// Writes a bank and queries of raw 32-byte hashes: PREFIX.ref and PREFIX.qry.
//
//   cc -O3 hash_sets.c -lm -o hash_sets; hash_sets real|uni BANK QUERIES PREFIX [SEED]
//
// `uni` is uniform noise. `real` is the PDQ of synthetic product photographs: a body by category
// on a white ground, a few parts, texture; one in five a natural picture of 1/f texture. So hashes
// cluster as those of catalogs do. One in ten of the bank is a near duplicate of another of its
// own. One in twenty of the queries is an entry with up to 40 bits flipped, most of them of the
// first 1,000, 10,000 and 100,000 entries, so that the start of a bank is a bank, too; of `real`,
// three in twenty show one of a small stock of pictures again. A million take some five seconds.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    side = 16,        // Cosines along each side of a hash.
    picture = 64,     // Pixels along each side of the picture that they are taken of.
    steps = 16,       // Places in each pixel at which an edge can stand.
    categories = 400,
    parts_max = 6,
};

struct hash { uint64_t words[4]; };
struct chance { uint64_t state; };
struct box { float x, y, width, height, contrast; };  // The middle and half of each side.

static float integral[side][picture * steps + 1];  // Of each cosine, up to an edge.
static float damping[side];

static uint64_t next(struct chance *chance) {  // SplitMix64
    uint64_t word = chance->state += UINT64_C(0x9E3779B97F4A7C15);
    word = (word ^ word >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    word = (word ^ word >> 27) * UINT64_C(0x94D049BB133111EB);
    return word ^ word >> 31;
}

/// A stream of its own for each number of each kind.
static struct chance stream(uint64_t seed, uint64_t kind, uint64_t number) {
    struct chance chance = {seed << 56 ^ kind << 48 ^ number};
    chance.state = next(&chance);
    return chance;
}

static double uniform(struct chance *chance) { return (double)(next(chance) >> 11) * 0x1p-53; }

/// Nearly normal: the sum of four uniform numbers, with mean 0 and variance 1.
static float normal(struct chance *chance) {
    const uint64_t word = next(chance);
    const uint64_t sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF)
        + (word >> 48);
    return ((float)sum - 131070) * (1.7320508f / 65536);
}

static void fill_tables(void) {
    const double pi = 3.14159265358979323846;
    for (int order = 1; order <= side; order++) {
        damping[order - 1] = (float)exp(-0.5 * pow(order / 14.0, 2));
        for (int place = 0; place <= picture * steps; place++)
            integral[order - 1][place] =
                (float)(sin(pi * order * place / (picture * steps)) * picture / (pi * order));
    }
}

static int edge(float at) {
    const int place = (int)(at * steps);
    return place < 0 ? 0 : place > picture * steps ? picture * steps : place;
}

static void add_box(float *coefficients, struct box box) {
    const int left = edge(box.x - box.width), right = edge(box.x + box.width);
    const int top = edge(box.y - box.height), bottom = edge(box.y + box.height);
    float across[side];
    for (int order = 0; order < side; order++)
        across[order] =
            (integral[order][right] - integral[order][left]) * box.contrast * damping[order];
    for (int row = 0; row < side; row++) {
        const float down = (integral[row][bottom] - integral[row][top]) * damping[row];
        for (int order = 0; order < side; order++)
            coefficients[side * row + order] += down * across[order];
    }
}

/// Six slabs.
static void add_ellipse(float *coefficients, struct box box) {
    for (int slab = 0; slab < 6; slab++) {
        const float middle = ((float)slab - 2.5f) / 3;
        add_box(coefficients, (struct box){
            box.x, box.y + middle * box.height, box.width * sqrtf(1 - middle * middle),
            box.height / 6, box.contrast});
    }
}

/// 1/f texture over everything.
static void add_nature(float *coefficients, struct chance *chance) {
    for (int place = 0; place < side * side; place++) {
        const int row = place / side + 1, column = place % side + 1;
        const float frequency = sqrtf((float)(row * row + column * column));
        coefficients[place] += 300 * normal(chance) / frequency / (0.5f + 0.05f * frequency);
    }
}

/// A body and its parts, as all of a category have them; this one's own place, size and tone.
static void add_product(float *coefficients, struct chance *chance, uint64_t seed) {
    const int category = (int)(exp(uniform(chance) * log(categories + 1.0)) - 1);
    struct chance shape = stream(seed, 1, (uint64_t)category);
    const int form = (int)(next(&shape) % 3);  // Boxes, ellipses, or a box with more parts.
    const int parts = 1 + (form == 2) + (int)(next(&shape) % 4);
    for (int part = 0; part < parts && part < parts_max; part++) {
        struct box box = {picture / 2, picture / 2, 0, 0, 0};
        if (part == 0) {
            box.width = 14 + 16 * (float)uniform(&shape);
            box.height = 14 + 16 * (float)uniform(&shape);
            box.contrast = -(0.3f + 0.6f * (float)uniform(&shape));
        } else {
            box.x = 14 + 36 * (float)uniform(&shape);
            box.y = 14 + 36 * (float)uniform(&shape);
            box.width = 3 + 12 * (float)uniform(&shape);
            box.height = 3 + 12 * (float)uniform(&shape);
            box.contrast = 0.8f * ((float)uniform(&shape) - 0.5f);
        }
        box.x += 0.8f * normal(chance);
        box.y += 0.8f * normal(chance);
        box.width *= 1 + 0.06f * normal(chance);
        box.height *= 1 + 0.06f * normal(chance);
        box.contrast *= 1 + 0.2f * normal(chance);
        (form == 1 ? add_ellipse : add_box)(coefficients, box);
    }
    const int details = (int)(next(chance) % 6);
    for (int detail = 0; detail < details; detail++) {
        struct box box = {32 + 11 * normal(chance), 32 + 11 * normal(chance), 0, 0, 0};
        box.width = 1 + 7 * (float)uniform(chance);
        box.height = 1 + 7 * (float)uniform(chance);
        box.contrast = 0.7f * ((float)uniform(chance) - 0.5f);
        add_box(coefficients, box);
    }
    const float texture =
        0.15f + 2.5f * (float)(uniform(chance) * uniform(chance) * uniform(chance));
    for (int place = 0; place < side * side; place++) {
        const int row = place / side + 1, column = place % side + 1;
        const float frequency = sqrtf((float)(row * row + column * column));
        coefficients[place] += texture * normal(chance) / (0.4f + 0.04f * frequency);
    }
}

/// The value that half of them exceed, by quickselect.
static float median(const float *coefficients) {
    enum { rank = side * side / 2 - 1 };
    float values[side * side];
    memcpy(values, coefficients, sizeof values);
    int low = 0, high = side * side - 1;
    while (low < high) {
        const float pivot = values[(low + high) / 2];
        int up = low, down = high;
        while (up <= down) {
            while (values[up] < pivot) up++;
            while (values[down] > pivot) down--;
            if (up > down) break;
            const float swapped = values[up];
            values[up++] = values[down];
            values[down--] = swapped;
        }
        if (rank <= down) high = down;
        else if (rank >= up) low = up;
        else break;
    }
    return values[rank];
}

/// The hash of a picture of its own stream, with some noise of another.
static struct hash photograph(
    uint64_t seed, uint64_t kind, uint64_t number, float noise, struct chance *noises)
{
    float coefficients[side * side] = {0};
    struct chance chance = stream(seed, kind, number);
    if (uniform(&chance) < 0.2) add_nature(coefficients, &chance);
    else add_product(coefficients, &chance, seed);
    for (int place = 0; noise > 0 && place < side * side; place++)
        coefficients[place] += noise * normal(noises);
    const float least = median(coefficients);
    struct hash hash = {{0}};
    for (int place = 0; place < side * side; place++)
        hash.words[place / 64] |= (uint64_t)(coefficients[place] > least) << place % 64;
    return hash;
}

static struct hash noise_hash(struct chance *chance) {
    struct hash hash;
    for (int word = 0; word < 4; word++) hash.words[word] = next(chance);
    return hash;
}

static struct hash entry(struct chance *chance, int is_real, uint64_t seed, size_t number) {
    if (!is_real) return noise_hash(chance);
    if (number == 0 || uniform(chance) >= 0.1) return photograph(seed, 2, number, 0, chance);
    const uint64_t twin = (uint64_t)((double)number * uniform(chance));
    return photograph(seed, 2, twin, 2 + 6 * (float)uniform(chance), chance);
}

/// An entry with up to 40 bits flipped.
static struct hash planted(struct chance *chance, const struct hash *bank, size_t count) {
    static const size_t firsts[] = {1000, 10000, 100000};
    size_t number = (size_t)((double)count * uniform(chance));
    const size_t group = (size_t)(4 * uniform(chance));
    if (group < 3 && firsts[group] < count) number %= firsts[group];
    struct hash hash = bank[number];
    uint8_t is_flipped[256] = {0};
    for (uint64_t left = next(chance) % 41; left > 0;) {
        const uint64_t bit = next(chance) % 256;
        if (is_flipped[bit]) continue;
        is_flipped[bit] = 1;
        hash.words[bit / 64] ^= UINT64_C(1) << bit % 64;
        left--;
    }
    return hash;
}

static struct hash query(
    struct chance *chance, int is_real, uint64_t seed, size_t number, size_t count)
{
    if (!is_real) return noise_hash(chance);
    if (uniform(chance) >= 0.15) return photograph(seed, 3, number, 0, chance);
    const double stock = (double)(count / 20 + 1);
    const uint64_t shown = (uint64_t)(stock * pow(uniform(chance), 2.5));
    const float noise = uniform(chance) < 0.5 ? 0 : 1 + 4 * (float)uniform(chance);
    return photograph(seed, 4, shown, noise, chance);
}

static void write_file(
    const char *prefix, const char *end, const struct hash *hashes, size_t count)
{
    char name[4096];
    snprintf(name, sizeof name, "%s.%s", prefix, end);
    FILE *file = fopen(name, "wb");
    if (file == NULL || fwrite(hashes, sizeof *hashes, count, file) != count
        || fclose(file) != 0) {
        perror(name);
        exit(1);
    }
}

int main(int count, char **words) {
    if (count < 5 || (strcmp(words[1], "real") != 0 && strcmp(words[1], "uni") != 0)) {
        fprintf(stderr, "usage: %s real|uni BANK QUERIES PREFIX [SEED]\n", words[0]);
        return 2;
    }
    const int is_real = strcmp(words[1], "real") == 0;
    const size_t entries = strtoull(words[2], NULL, 10), queries = strtoull(words[3], NULL, 10);
    const uint64_t seed = count > 5 ? strtoull(words[5], NULL, 10) : 1;
    struct hash *bank = malloc(entries * sizeof *bank);
    struct hash *asked = malloc(queries * sizeof *asked);
    if (entries == 0 || bank == NULL || asked == NULL) {
        fprintf(stderr, "expected at least one entry and memory for all\n");
        return 1;
    }
    fill_tables();
    struct chance chance = stream(seed, 5, (uint64_t)is_real);
    for (size_t number = 0; number < entries; number++)
        bank[number] = entry(&chance, is_real, seed, number);
    for (size_t number = 0; number < queries; number++)
        asked[number] = uniform(&chance) < 0.05
            ? planted(&chance, bank, entries) : query(&chance, is_real, seed, number, queries);
    write_file(words[4], "ref", bank, entries);
    write_file(words[4], "qry", asked, queries);
    free(bank);
    free(asked);
    return 0;
}
