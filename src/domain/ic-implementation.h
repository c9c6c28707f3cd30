/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How our files and associations name the program that made them (PS3.7 D.3.3.2, PS3.10 7.1). The
 * UIDs come from random UUIDs (PS3.5 B.2) and never change.
 */
#pragma once

#define IC_IMPLEMENTATION_CLASS_UID "2.25.270209259032638053710967155739741924323"
#define IC_IMPLEMENTATION_VERSION_NAME "IMAGINGCOURIER01"

/* (0004,1432) of our PRIVATE directory records: an object of a class that is not the standard's,
 * described by the group 0004 elements and (0020,0013) only.
 */
#define IC_PRIVATE_RECORD_UID "2.25.27681890009050950943018771414124318456"
