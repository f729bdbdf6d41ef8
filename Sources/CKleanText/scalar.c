#include "kleantext.h"
