/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the general purpose media profiles of PS3.11 (annexes D, H, J) a set of instances meets
 * as it stands. It looks at transfer syntaxes only: the medium itself (file system, size) is the
 * writer's affair. Pure.
 */
#pragma once

#include "domain/ic-study.h"

G_BEGIN_DECLS

typedef enum
{
  IC_MEDIA_PROFILE_NONE = 0,
  IC_MEDIA_PROFILE_GEN_CD = 1 << 0,       /* D: Explicit VR Little Endian only */
  IC_MEDIA_PROFILE_GEN_DVD_JPEG = 1 << 1, /* H: and JPEG baseline, extended, lossless SV1 */
  IC_MEDIA_PROFILE_GEN_DVD_J2K = 1 << 2,  /* H: and JPEG 2000 */
  IC_MEDIA_PROFILE_GEN_USB_JPEG = 1 << 3, /* J */
  IC_MEDIA_PROFILE_GEN_USB_J2K = 1 << 4,  /* J */
} IcMediaProfiles;

/* What a disc can meet, and what a USB stick with a FAT file system can. */
#define IC_MEDIA_PROFILES_OF_DISCS                                                                 \
  (IC_MEDIA_PROFILE_GEN_CD | IC_MEDIA_PROFILE_GEN_DVD_JPEG | IC_MEDIA_PROFILE_GEN_DVD_J2K)
#define IC_MEDIA_PROFILES_OF_USB (IC_MEDIA_PROFILE_GEN_USB_JPEG | IC_MEDIA_PROFILE_GEN_USB_J2K)

/* @studies: of IcStudy. @reason, when wanted, gets a line of text for people that says why the
 * profiles are these and no more, naming each transfer syntax in the way with its number of files;
 * free with g_free().
 */
IcMediaProfiles ic_media_profiles_for_studies (GPtrArray *studies, char **reason);

/* Whether @profile, one of them, takes images in this transfer syntax; NONE takes any. */
gboolean ic_media_profile_allows (IcMediaProfiles profile, const char *transfer_syntax_uid);

/* The one that people call @name: "cd", "dvd-jpeg", "dvd-j2k", "usb-jpeg", "usb-j2k", or
 * "as-stored" for NONE. FALSE for other names.
 */
gboolean ic_media_profile_parse (const char *name, IcMediaProfiles *profile);
const char *ic_media_profile_get_name (IcMediaProfiles profile);

/* "STD-GEN-CD, STD-GEN-DVD-JPEG", or "no standard profile"; free with g_free(). */
char *ic_media_profiles_dup_names (IcMediaProfiles profiles);

G_END_DECLS
