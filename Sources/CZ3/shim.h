// SPDX-License-Identifier: MIT

#include <z3.h>
