/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/ic-file-set-account.h"

struct _IcFileSetAccount
{
  IcTransfer *judgement;
  GHashTable *series;  /* series UID → IcTransferSeries */
  GHashTable *damaged; /* series UID → number of images */
  GPtrArray *absent;   /* of IcTransferSeries */
  guint n_volumes;     /* that belong together, 1 where this is alone */
  guint n_missing;
  guint n_extra;
  guint n_damaged;
};

/* "1 image is missing", "2 images are missing" */
static char *
dup_images (guint n, const char *of_one, const char *of_many)
{
  return g_strdup_printf ("%u %s", n, n == 1 ? of_one : of_many);
}

static void
take_part (GString *text, char *part)
{
  if (text->len > 0)
    g_string_append (text, ", ");
  g_string_append (text, part);
  g_free (part);
}

static char *
dup_faults (guint missing, guint extra, guint damaged)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (missing > 0)
    take_part (text, dup_images (missing, "image is missing", "images are missing"));
  if (damaged > 0)
    take_part (text, dup_images (damaged, "image came damaged", "images came damaged"));
  if (extra > 0)
    take_part (text, dup_images (extra, "image came that the source had not listed",
                                 "images came that the source had not listed"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static guint
get_damaged (IcFileSetAccount *self, const char *series_uid)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->damaged, series_uid));
}

static void
count_damaged (IcFileSetAccount *self)
{
  for (guint i = 0; i < self->judgement->instances->len; i++)
    {
      const IcTransferInstance *instance = self->judgement->instances->pdata[i];
      guint n = get_damaged (self, instance->series_uid);

      if (instance->state != IC_ITEM_FAILED)
        continue;
      g_hash_table_insert (self->damaged, (gpointer) instance->series_uid,
                           GUINT_TO_POINTER (n + 1));
      self->n_damaged++;
    }
}

static void
index_tree (GHashTable *here, GPtrArray *studies)
{
  for (guint i = 0; i < studies->len; i++)
    {
      const IcStudy *study = studies->pdata[i];

      for (guint k = 0; k < study->series->len; k++)
        g_hash_table_add (here, ((IcSeries *) study->series->pdata[k])->series_uid);
    }
}

static void
index_series (IcFileSetAccount *self, GPtrArray *studies, GPtrArray *volumes)
{
  g_autoptr(GHashTable) here = g_hash_table_new (g_str_hash, g_str_equal);

  index_tree (here, studies);
  for (guint i = 0; volumes != NULL && i < volumes->len; i++)
    index_tree (here, volumes->pdata[i]);
  for (guint i = 0; i < self->judgement->series->len; i++)
    {
      IcTransferSeries *series = self->judgement->series->pdata[i];

      g_hash_table_insert (self->series, series->series_uid, series);
      self->n_missing += series->missing;
      self->n_extra += series->extra;
      if (!g_hash_table_contains (here, series->series_uid) && series->missing > 0)
        g_ptr_array_add (self->absent, series);
    }
}

IcFileSetAccount *
ic_file_set_account_new (IcTransfer *judgement, GPtrArray *studies, GPtrArray *volumes)
{
  IcFileSetAccount *self = g_new0 (IcFileSetAccount, 1);

  self->judgement = judgement;
  self->n_volumes = volumes != NULL ? volumes->len : 1;
  self->series = g_hash_table_new (g_str_hash, g_str_equal);
  self->damaged = g_hash_table_new (g_str_hash, g_str_equal);
  self->absent = g_ptr_array_new ();
  if (judgement != NULL)
    {
      count_damaged (self);
      index_series (self, studies, volumes);
    }
  return self;
}

void
ic_file_set_account_free (IcFileSetAccount *self)
{
  g_hash_table_unref (self->series);
  g_hash_table_unref (self->damaged);
  g_ptr_array_unref (self->absent);
  g_free (self);
}

IcTransferState
ic_file_set_account_get_state (IcFileSetAccount *self)
{
  return self->judgement != NULL ? self->judgement->state : IC_TRANSFER_UNPROVEN;
}

static char *
dup_complete_selection (guint n, guint offered, guint n_volumes)
{
  g_autofree char *with =
      n_volumes > 1 ? g_strdup_printf (" with all %u discs", n_volumes) : g_strdup ("");

  if (n == 1)
    return g_strdup_printf ("Complete selection%s: the 1 image that was selected is there, of the "
                            "%u that the source listed.",
                            with, offered);
  return g_strdup_printf ("Complete selection%s: all %u images that were selected are there, of "
                          "the %u that the source listed.",
                          with, n, offered);
}

static char *
dup_complete (guint n, guint n_volumes)
{
  if (n_volumes > 1)
    return g_strdup_printf ("Complete with all %u discs: the %u images that the source listed are "
                            "on them.",
                            n_volumes, n);
  if (n == 1)
    return g_strdup ("Complete: the one image that the source listed is here.");
  return g_strdup_printf ("Complete: all %u images that the source listed are here.", n);
}

static char *
dup_incomplete (IcFileSetAccount *self)
{
  g_autofree char *others = dup_faults (0, self->n_extra, self->n_damaged);
  guint total = MAX (self->judgement->expected, self->n_missing);

  if (self->n_missing > 0)
    return g_strdup_printf ("Not complete: %u of %u images %s missing%s%s.", self->n_missing, total,
                            self->n_missing == 1 ? "is" : "are", *others != '\0' ? ", " : "",
                            others);
  return g_strdup_printf ("Not proved to be complete: %s.",
                          *others != '\0' ? others : self->judgement->remark);
}

/* How much the word of the source is worth, where it gave no list. */
static const char *
describe_basis (IcBasis basis)
{
  switch (basis)
    {
    case IC_BASIS_NONE:
      return "The source did not list its images, so nobody can say whether these are all.";
    case IC_BASIS_COUNT_ONLY:
      return "The source said how many images it has, but not which, so only their number could be "
             "checked.";
    case IC_BASIS_UID_LIST:
    default:
      return "";
    }
}

/* That the rest was left at home on purpose; NULL where nothing was. */
static char *
dup_selected (IcTransfer *judgement)
{
  if (judgement->offered == 0)
    return NULL;
  return g_strdup_printf ("Only a selection of %u of %u images was to go.", judgement->expected,
                          judgement->offered);
}

/* Of those that are there. */
static char *
join_sentences (const char *first, const char *second, const char *third)
{
  const char *all[] = { first, second, third };
  g_autoptr(GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != NULL && *all[i] != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", all[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
ic_file_set_account_dup_headline (IcFileSetAccount *self)
{
  const char *basis = self->judgement != NULL ? describe_basis (self->judgement->basis) : "";
  g_autofree char *incomplete = NULL;
  g_autofree char *selected = NULL;

  if (self->judgement == NULL)
    return NULL;
  if (self->judgement->state == IC_TRANSFER_SUCCEEDED && self->judgement->offered > 0)
    return dup_complete_selection (self->judgement->expected, self->judgement->offered,
                                   self->n_volumes);
  if (self->judgement->state == IC_TRANSFER_SUCCEEDED)
    return dup_complete (self->judgement->expected, self->n_volumes);
  if (self->judgement->state == IC_TRANSFER_INCOMPLETE)
    incomplete = dup_incomplete (self);
  selected = dup_selected (self->judgement);
  return join_sentences (incomplete, basis, selected);
}

IcFileSetFaults
ic_file_set_account_get_faults (IcFileSetAccount *self)
{
  return (IcFileSetFaults){ self->n_missing, self->n_extra, self->n_damaged };
}

char *
ic_file_set_account_dup_count (IcFileSetAccount *self, const IcSeries *series)
{
  const IcTransferSeries *judged = g_hash_table_lookup (self->series, series->series_uid);
  guint here = series->instances->len;
  guint listed = 0;

  if (judged == NULL || judged->basis == IC_BASIS_NONE)
    return g_strdup_printf ("%u", here);
  listed = MIN (here, judged->expected);
  if (judged->extra > 0 && judged->missing <= judged->expected)
    listed = MIN (listed, judged->expected - judged->missing);
  /* What the source had at first and not any more is missing, too. */
  return g_strdup_printf ("%u of %u", listed, MAX (judged->expected, listed + judged->missing));
}

char *
ic_file_set_account_dup_fault (IcFileSetAccount *self, const IcSeries *series)
{
  const IcTransferSeries *judged = g_hash_table_lookup (self->series, series->series_uid);

  if (judged == NULL)
    return g_strdup ("");
  return dup_faults (judged->missing, judged->extra, get_damaged (self, series->series_uid));
}

GPtrArray *
ic_file_set_account_get_absent (IcFileSetAccount *self)
{
  return self->absent;
}

char *
ic_file_set_account_dup_absent_count (const IcTransferSeries *series)
{
  return g_strdup_printf ("0 of %u", MAX (series->expected, series->missing));
}

char *
ic_file_set_account_dup_absent_fault (const IcTransferSeries *series)
{
  return dup_faults (series->missing, 0, 0);
}
