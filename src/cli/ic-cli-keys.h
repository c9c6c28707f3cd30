/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys that say something about a person. They can be given as options for convenience, which
 * other users of the machine can see in the list of processes, or with "--keys -" as lines
 * "patient-id=123" on standard input, which is the recommended way.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  IC_KEY_PATIENT_ID,
  IC_KEY_PATIENT_NAME,
  IC_KEY_BIRTH_DATE,
  IC_KEY_ACCESSION,
  IC_KEY_RECIPIENT,
  IC_KEY_REASON,
  IC_KEY_LEGAL_BASIS,
  IC_KEY_TEXT,
  IC_N_KEYS,
} IcKey;

#define IC_KEY_BIT(key) (1U << (key))
/* What verbs that send images out take beside the patient. */
#define IC_KEYS_OF_TRANSFER                                                                        \
  (IC_KEY_BIT (IC_KEY_RECIPIENT) | IC_KEY_BIT (IC_KEY_REASON) | IC_KEY_BIT (IC_KEY_LEGAL_BASIS))
#define IC_KEYS_OF_PATIENT                                                                         \
  (IC_KEY_BIT (IC_KEY_PATIENT_ID) | IC_KEY_BIT (IC_KEY_PATIENT_NAME) |                             \
   IC_KEY_BIT (IC_KEY_BIRTH_DATE))

typedef struct
{
  guint allowed;          /* IC_KEY_BIT of each that the verb takes, set before parsing */
  char *value[IC_N_KEYS]; /* NULL when not given */
  char *from;             /* of --keys */
} IcCliKeys;

void ic_cli_keys_add_entries (IcCliKeys *self, GOptionContext *context);

/* After parsing: reads standard input where asked to, and checks the values. IC_ERROR_USAGE when a
 * key comes both ways with different values, is empty, too long or unknown here, or a birth date is
 * no date; IC_ERROR_READ_FAILED.
 */
gboolean ic_cli_keys_resolve (IcCliKeys *self, GError **error);

/* TRUE when any of the keys in @bits has a value. */
gboolean ic_cli_keys_has (IcCliKeys *self, guint bits);
/* Whose images they are must be said twice over, and who gets them and why, before anything moves:
 * IC_ERROR_USAGE names the key that is missing.
 */
gboolean ic_cli_check_people (IcCliKeys *self, GError **error);

void ic_cli_keys_clear (IcCliKeys *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IcCliKeys, ic_cli_keys_clear)

G_END_DECLS
