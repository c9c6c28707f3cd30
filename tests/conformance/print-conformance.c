/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints the conformance statement: the text of the file named on the command line, in which each
 * line @NAME@ is replaced by a table made from the tables that the program works with.
 */
#include "dicom/shim/ic-shim-accept.h"
#include "dicom/shim/ic-shim-charset.h"
#include "dicom/shim/ic-shim-directory.h"
#include "disc/ic-directory-table.h"
#include "disc/ic-media-profile.h"
#include "domain/ic-implementation.h"
#include "domain/ic-manifest.h"
#include "domain/ic-node.h"
#include "domain/ic-presentation.h"
#include "domain/ic-query.h"
#include "domain/ic-send-plan.h"
#include "domain/ic-sop-class.h"
#include "domain/ic-transfer-syntax.h"
#include "medium/ic-medium.h"
#include "worker/ic-listen-registry.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *name;
  void (*print) (void);
} Table;

static void
print_implementation (void)
{
  g_print ("| | |\n|---|---|\n");
  g_print ("| Implementation Class UID | %s |\n", IC_IMPLEMENTATION_CLASS_UID);
  g_print ("| Implementation Version Name | %s |\n", IC_IMPLEMENTATION_VERSION_NAME);
}

static void
print_private_record (void)
{
  g_print ("%s.\n", IC_PRIVATE_RECORD_UID);
}

static void
print_association (void)
{
  g_print ("| | |\n|---|---|\n");
  g_print ("| application context | 1.2.840.10008.3.1.1.1 |\n");
  g_print ("| largest PDU received | %d bytes |\n", IC_MAX_PDU);
  g_print ("| presentation contexts an association | at most %d |\n", IC_PRESENTATION_MAX);
  g_print ("| connecting takes at most | %d s |\n", IC_CONNECT_TIMEOUT_MS / 1000);
  g_print ("| negotiation and release take at most | %d s |\n", IC_ACSE_TIMEOUT_MS / 1000);
  g_print ("| silence between two pieces of an answer, at most | %d s |\n",
           IC_DIMSE_TIMEOUT_MS / 1000);
}

static void
print_acceptance (void)
{
  const IcAcceptLimits limits = IC_ACCEPT_LIMITS_INIT;

  g_print ("| | |\n|---|---|\n");
  g_print ("| associations at once | at most %d, %d from one address |\n",
           IC_LISTEN_MAX_ASSOCIATIONS, IC_LISTEN_MAX_PER_ADDRESS);
  g_print ("| largest PDU received | %u bytes |\n", limits.max_pdu);
  g_print ("| TLS and the association request take at most | %u s |\n",
           limits.request_timeout_ms / 1000);
  g_print ("| silence between two requests, at most | %u s |\n", limits.idle_timeout_ms / 1000);
  g_print ("| silence within a request, at most | %u s |\n", limits.dimse_timeout_ms / 1000);
}

/* What is made of a context that offers these. */
static void
print_choice (void)
{
  static const char *const offers[][4] = {
    { IC_TS_EXPLICIT_VR_LE, IC_TS_IMPLICIT_VR_LE, NULL },
    { IC_TS_IMPLICIT_VR_LE, IC_TS_EXPLICIT_VR_BE, IC_TS_EXPLICIT_VR_LE, NULL },
    { IC_TS_EXPLICIT_VR_BE, IC_TS_IMPLICIT_VR_LE, NULL },
    { IC_TS_EXPLICIT_VR_BE, NULL },
    { "1.2.840.10008.1.2.4.70", IC_TS_EXPLICIT_VR_LE, NULL },
    { IC_TS_EXPLICIT_VR_LE, "1.2.840.10008.1.2.4.70", NULL },
  };
  gsize n_classes = 0;
  const IcSopClass *classes = ic_sop_class_list (&n_classes);

  g_print ("| offered | accepted |\n|---|---|\n");
  for (gsize i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      const char *chosen = ic_accept_choose_syntax (classes[0].uid, offers[i]);

      g_print ("| ");
      for (gsize k = 0; offers[i][k] != NULL; k++)
        g_print ("%s%s", k > 0 ? ", " : "", ic_transfer_syntax_find (offers[i][k])->name);
      g_print (" | %s |\n", ic_transfer_syntax_find (chosen)->name);
    }
}

static void
print_sending (void)
{
  g_print ("| | |\n|---|---|\n");
  g_print ("| associations at a time, where the node has no setting | 1 to %d |\n",
           IC_NODE_ASSOCIATIONS_USUAL);
  g_print ("| the same by the setting of the node | at most %d |\n", IC_NODE_ASSOCIATIONS_MAX);
  g_print ("| associations that may break in one instance before it is given up | %d |\n",
           IC_SEND_BREAKS_MAX);
}

static void
print_native (void)
{
  const char *const *uids = ic_presentation_native_syntaxes ();

  g_print ("| transfer syntax | UID |\n|---|---|\n");
  for (gsize i = 0; uids[i] != NULL; i++)
    g_print ("| %s | %s |\n", ic_transfer_syntax_find (uids[i])->name, uids[i]);
}

/* The syntaxes that C-GET proposes for the first class of @kind, each in a context of its own. */
static GHashTable *
collect_proposed (IcSopKind kind)
{
  GHashTable *proposed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *class_uid[] = { NULL, NULL };
  g_autoptr(GPtrArray) plans = NULL;
  gsize n_classes = 0;
  const IcSopClass *classes = ic_sop_class_list (&n_classes);

  for (gsize i = 0; i < n_classes && class_uid[0] == NULL; i++)
    if (classes[i].kind == kind)
      class_uid[0] = classes[i].uid;
  plans = ic_presentation_plan_get (class_uid);
  for (guint i = 0; i < plans->len; i++)
    {
      IcPresentationPlan *plan = plans->pdata[i];

      for (guint k = 0; k < plan->contexts->len; k++)
        {
          const char *const *uids =
              g_array_index (plan->contexts, IcPresentationContext, k).transfer_syntaxes;

          if (uids[1] == NULL)
            g_hash_table_add (proposed, g_strdup (uids[0]));
        }
    }
  return proposed;
}

static void
print_compressed (void)
{
  g_autoptr(GHashTable) image = collect_proposed (IC_SOP_KIND_IMAGE);
  g_autoptr(GHashTable) video = collect_proposed (IC_SOP_KIND_VIDEO);
  g_autoptr(GHashTable) other = collect_proposed (IC_SOP_KIND_OTHER);
  gsize n_syntaxes = 0;
  const IcTransferSyntax *syntaxes = ic_transfer_syntax_list (&n_syntaxes);

  g_print ("| transfer syntax | UID | image | video | other |\n|---|---|---|---|---|\n");
  for (gsize i = 0; i < n_syntaxes; i++)
    if (g_hash_table_contains (video, syntaxes[i].uid))
      g_print ("| %s | %s | %s | yes | %s |\n", syntaxes[i].name, syntaxes[i].uid,
               g_hash_table_contains (image, syntaxes[i].uid) ? "yes" : "",
               g_hash_table_contains (other, syntaxes[i].uid) ? "yes" : "");
}

static void
print_query (void)
{
  IcQuery *levels[IC_N_LEVELS] = { NULL };

  g_print ("| tag | VR | name in the program |");
  for (int level = 0; level < IC_N_LEVELS; level++)
    {
      levels[level] = ic_query_new (level);
      g_print (" %s |", ic_query_get_level_name (levels[level]));
    }
  g_print ("\n|---|---|---|---|---|---|---|\n");
  for (int key = 0; key < IC_N_QUERY_KEYS; key++)
    {
      const IcQueryKeyInfo *info = ic_query_key_get_info (key);

      g_print ("| (%04X,%04X) | %s | %s |", info->tag >> 16, info->tag & 0xffff, info->vr,
               info->name);
      for (int level = 0; level < IC_N_LEVELS; level++)
        g_print (" %s |", ic_query_get (levels[level], key) != NULL ? "yes" : "");
      g_print ("\n");
    }
  for (int level = 0; level < IC_N_LEVELS; level++)
    ic_query_free (levels[level]);
}

static void
print_classes (void)
{
  static const char *const kinds[] = {
    [IC_SOP_KIND_IMAGE] = "image",
    [IC_SOP_KIND_VIDEO] = "video",
    [IC_SOP_KIND_OTHER] = "other",
  };
  gsize n_classes = 0;
  const IcSopClass *classes = ic_sop_class_list (&n_classes);

  g_print ("| SOP class | UID | kind | directory record |\n|---|---|---|---|\n");
  for (gsize i = 0; i < n_classes; i++)
    g_print ("| %s | %s | %s | %s |\n", classes[i].keyword, classes[i].uid, kinds[classes[i].kind],
             ic_directory_record_type_name (ic_directory_record_type_for_class (classes[i].uid)));
}

static IcHeader *
header_with_syntax (const char *uid)
{
  const char *values[IC_HEADER_N_FIELDS + 1] = { NULL };
  GBytes *keys[IC_N_LEVELS] = { NULL };
  g_autoptr(GBytes) none = g_bytes_new (NULL, 0);

  for (int field = 0; field < IC_HEADER_N_FIELDS; field++)
    values[field] = field == IC_HEADER_TRANSFER_SYNTAX_UID ? uid : "";
  for (int level = 0; level < IC_N_LEVELS; level++)
    keys[level] = none;
  return ic_header_new (values, keys);
}

/* The profiles of a medium on which every file has the syntax @uid. */
static IcMediaProfiles
profiles_of_syntax (const char *uid)
{
  g_autoptr(GPtrArray) studies = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_study_unref);
  g_autoptr(IcHeader) header = header_with_syntax (uid);
  IcStudy *study = ic_study_new_from_header (header);
  IcSeries *series = ic_series_new_from_header (study, header);

  ic_series_add_from_header (series, header, "", "", 0);
  g_ptr_array_add (study->series, series);
  g_ptr_array_add (studies, study);
  return ic_media_profiles_for_studies (studies, NULL);
}

static void
print_profiles (void)
{
  gsize n_syntaxes = 0;
  const IcTransferSyntax *syntaxes = ic_transfer_syntax_list (&n_syntaxes);

  g_print ("| transfer syntax | profiles that allow it |\n|---|---|\n");
  for (gsize i = 0; i < n_syntaxes; i++)
    {
      IcMediaProfiles profiles = profiles_of_syntax (syntaxes[i].uid);
      g_autofree char *names = ic_media_profiles_dup_names (profiles);

      if (profiles != IC_MEDIA_PROFILE_NONE)
        g_print ("| %s | %s |\n", syntaxes[i].name, names);
    }
  g_print ("| every other | none |\n");
}

static void
print_records (void)
{
  static const char *const types[] = {
    [IC_KEY_TYPE_1] = "1",
    [IC_KEY_TYPE_1C] = "1C",
    [IC_KEY_TYPE_2] = "2",
    [IC_KEY_TYPE_3] = "3",
  };

  g_print ("| record | keys (type) |\n|---|---|\n");
  for (int type = 0; type < IC_N_RECORD_TYPES; type++)
    {
      size_t n_keys = 0;
      const IcDirectoryKey *keys = ic_directory_keys (type, &n_keys);

      g_print ("| %s | ", ic_directory_record_type_name (type));
      for (size_t i = 0; i < n_keys; i++)
        g_print ("%s%s (%s)", i > 0 ? ", " : "", keys[i].name, types[keys[i].type]);
      g_print (" |\n");
    }
}

static void
print_limits (void)
{
  g_print ("| | at most |\n|---|---|\n");
  g_print ("| directory records | %d |\n", IC_SHIM_DIRECTORY_RECORDS_MAX);
  g_print ("| files in MANIFEST.TXT | %d |\n", IC_MANIFEST_MAX_ENTRIES);
  g_print ("| files and folders on a medium | %d |\n", IC_MEDIUM_MAX_ENTRIES);
  g_print ("| folders within each other | %d |\n", IC_MEDIUM_MAX_DEPTH);
}

static void
print_syntaxes (void)
{
  static const char *const forms[] = {
    [IC_TS_NATIVE] = "native",
    [IC_TS_BIG_ENDIAN] = "native, big endian",
    [IC_TS_DEFLATED] = "deflated",
    [IC_TS_ENCAPSULATED] = "encapsulated",
    [IC_TS_REFERENCED] = "pixels elsewhere",
    [IC_TS_OPAQUE] = "unknown",
  };
  gsize n_syntaxes = 0;
  const IcTransferSyntax *syntaxes = ic_transfer_syntax_list (&n_syntaxes);

  g_print ("| transfer syntax | UID | form | may be lossy |\n|---|---|---|---|\n");
  for (gsize i = 0; i < n_syntaxes; i++)
    g_print ("| %s | %s | %s | %s |\n", syntaxes[i].name, syntaxes[i].uid, forms[syntaxes[i].form],
             syntaxes[i].lossy ? "yes" : "");
}

/* As ic_shim_pack_for_viewer() packs them; NULL for what it cannot read. */
static const char *
get_viewing (const IcTransferSyntax *syntax)
{
  switch (syntax->family)
    {
    case IC_TS_FAMILY_NONE:
      return syntax->form == IC_TS_REFERENCED ? NULL : "packed without loss |";
    case IC_TS_FAMILY_RLE:
    case IC_TS_FAMILY_JPEG_LOSSLESS:
      return "as it is |";
    case IC_TS_FAMILY_JPEG:
      return "as it is; of 12 bits unpacked | for 8 bits";
    case IC_TS_FAMILY_JPEG_2000:
      return strstr (syntax->name, "Part 2") != NULL ? "unpacked where it can be |"
                                                     : "as it is | yes";
    case IC_TS_FAMILY_JPEG_LS:
    case IC_TS_FAMILY_HTJ2K:
      return "as it is | yes";
    default:
      return NULL;
    }
}

static void
print_viewer (void)
{
  gsize n_syntaxes = 0;
  const IcTransferSyntax *syntaxes = ic_transfer_syntax_list (&n_syntaxes);

  g_print ("| transfer syntax | for the viewer | needs WebAssembly |\n|---|---|---|\n");
  for (gsize i = 0; i < n_syntaxes; i++)
    if (get_viewing (&syntaxes[i]) != NULL)
      g_print ("| %s | %s |\n", syntaxes[i].name, get_viewing (&syntaxes[i]));
  g_print ("| every other | named, not shown | |\n");
}

/* The defined terms of PS3.3 C.12.1.1.2 with a letter that only a reader of the set can write;
 * those that the converter does not know are left out.
 */
static void
print_charsets (void)
{
  static const char *const terms[][2] = {
    { "ISO_IR 100", "é" },        { "ISO_IR 101", "ł" },         { "ISO_IR 109", "ħ" },
    { "ISO_IR 110", "ņ" },        { "ISO_IR 144", "Ж" },         { "ISO_IR 127", "ق" },
    { "ISO_IR 126", "Δ" },        { "ISO_IR 138", "ש" },         { "ISO_IR 148", "ğ" },
    { "ISO_IR 203", "€" },        { "ISO_IR 13", "ﾔ" },          { "ISO_IR 166", "น" },
    { "ISO_IR 192", "山" },       { "GB18030", "王" },           { "GBK", "王" },
    { "\\ISO 2022 IR 100", "é" }, { "\\ISO 2022 IR 101", "ł" },  { "\\ISO 2022 IR 109", "ħ" },
    { "\\ISO 2022 IR 110", "ņ" }, { "\\ISO 2022 IR 144", "Ж" },  { "\\ISO 2022 IR 127", "ق" },
    { "\\ISO 2022 IR 126", "Δ" }, { "\\ISO 2022 IR 138", "ש" },  { "\\ISO 2022 IR 148", "ğ" },
    { "\\ISO 2022 IR 203", "€" }, { "\\ISO 2022 IR 13", "ﾔ" },   { "\\ISO 2022 IR 166", "น" },
    { "\\ISO 2022 IR 87", "山" }, { "\\ISO 2022 IR 159", "鷗" }, { "\\ISO 2022 IR 149", "김" },
    { "\\ISO 2022 IR 58", "王" },
  };

  g_print ("| defined term | use |\n|---|---|\n| (none), ISO_IR 6 | ASCII |\n");
  for (gsize i = 0; i < G_N_ELEMENTS (terms); i++)
    {
      g_autoptr(GBytes) bytes = ic_charset_encode (terms[i][0], terms[i][1]);
      gboolean extension = terms[i][0][0] == '\\';

      if (bytes != NULL)
        g_print ("| %s | %s |\n", terms[i][0] + extension, extension ? "code extension" : "single");
    }
}

static const Table tables[] = {
  { "@IMPLEMENTATION@", print_implementation },
  { "@PRIVATE_RECORD@.", print_private_record },
  { "@ASSOCIATION@", print_association },
  { "@ACCEPTANCE@", print_acceptance },
  { "@CHOICE@", print_choice },
  { "@SENDING@", print_sending },
  { "@NATIVE@", print_native },
  { "@COMPRESSED@", print_compressed },
  { "@QUERY@", print_query },
  { "@CLASSES@", print_classes },
  { "@PROFILES@", print_profiles },
  { "@RECORDS@", print_records },
  { "@LIMITS@", print_limits },
  { "@VIEWER@", print_viewer },
  { "@SYNTAXES@", print_syntaxes },
  { "@CHARSETS@", print_charsets },
};

static void
print_line (const char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (g_str_equal (line, tables[i].name))
      {
        tables[i].print ();
        return;
      }
  if (line[0] == '@')
    g_error ("no table called %s", line);
  g_print ("%s\n", line);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (argc != 2 || !g_file_get_contents (argv[1], &text, NULL, &error) || !ic_charset_init (&error))
    {
      g_printerr ("print-conformance: %s\n", error != NULL ? error->message : "name the text file");
      return EXIT_FAILURE;
    }
  g_strchomp (text);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    print_line (lines[i]);
  return EXIT_SUCCESS;
}
