#ifndef KLEANTEXT_H
#define KLEANTEXT_H
#include <stddef.h>
#include <stdint.h>
#endif
