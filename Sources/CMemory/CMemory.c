// SPDX-License-Identifier: MIT

#include "CMemory.h"
