/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-presentation.h"

#include "domain/ic-sop-class.h"
#include "domain/ic-uid.h"

#define STORAGE_CONTEXTS_MAX (IC_PRESENTATION_MAX - 1)

static const char *const native[] = { "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", NULL };

/* Each line is a context of its own. */
static const char *const deflated[][2] = {
  { "1.2.840.10008.1.2.1.99" },
};
static const char *const compressed[][2] = {
  { "1.2.840.10008.1.2.4.70" },  /* JPEG lossless SV1 */
  { "1.2.840.10008.1.2.4.57" },  /* JPEG lossless */
  { "1.2.840.10008.1.2.4.50" },  /* JPEG baseline */
  { "1.2.840.10008.1.2.4.51" },  /* JPEG extended */
  { "1.2.840.10008.1.2.4.80" },  /* JPEG-LS lossless */
  { "1.2.840.10008.1.2.4.81" },  /* JPEG-LS near-lossless */
  { "1.2.840.10008.1.2.4.90" },  /* JPEG 2000 lossless */
  { "1.2.840.10008.1.2.4.91" },  /* JPEG 2000 */
  { "1.2.840.10008.1.2.5" },     /* RLE */
  { "1.2.840.10008.1.2.4.201" }, /* HTJ2K lossless */
  { "1.2.840.10008.1.2.4.202" }, /* HTJ2K lossless RPCL */
  { "1.2.840.10008.1.2.4.203" }, /* HTJ2K */
  { "1.2.840.10008.1.2.4.110" }, /* JPEG XL lossless */
  { "1.2.840.10008.1.2.4.111" }, /* JPEG XL recompression */
  { "1.2.840.10008.1.2.4.112" }, /* JPEG XL */
  { "1.2.840.10008.1.2.1.98" },  /* encapsulated uncompressed */
  { "1.2.840.10008.1.2.8.1" },   /* deflated image frame */
};
static const char *const video[][2] = {
  { "1.2.840.10008.1.2.4.100" },   /* MPEG2 main */
  { "1.2.840.10008.1.2.4.100.1" }, /* the same, fragmentable; and so on */
  { "1.2.840.10008.1.2.4.101" },   { "1.2.840.10008.1.2.4.101.1" },
  { "1.2.840.10008.1.2.4.102" }, /* MPEG-4 AVC 4.1 */
  { "1.2.840.10008.1.2.4.102.1" }, { "1.2.840.10008.1.2.4.103" },
  { "1.2.840.10008.1.2.4.103.1" }, { "1.2.840.10008.1.2.4.104" },
  { "1.2.840.10008.1.2.4.104.1" }, { "1.2.840.10008.1.2.4.105" },
  { "1.2.840.10008.1.2.4.105.1" }, { "1.2.840.10008.1.2.4.106" },
  { "1.2.840.10008.1.2.4.106.1" }, { "1.2.840.10008.1.2.4.107" }, /* HEVC */
  { "1.2.840.10008.1.2.4.108" },
};

/* Retired, and old archives have them all the same: offered only when something is missing. */
static const char *const rare[][2] = {
  { "1.2.840.10008.1.2.2" },    /* explicit big endian, where the node does not convert */
  { "1.2.840.10008.1.2.4.53" }, /* JPEG spectral selection */
  { "1.2.840.10008.1.2.4.55" }, /* JPEG full progression */
  { "1.2.840.10008.1.2.4.92" }, /* JPEG 2000 part 2, lossless */
  { "1.2.840.10008.1.2.4.93" }, /* JPEG 2000 part 2 */
};

static IcPresentationPlan *
plan_new (void)
{
  IcPresentationPlan *self = g_new0 (IcPresentationPlan, 1);

  self->contexts = g_array_new (FALSE, TRUE, sizeof (IcPresentationContext));
  self->classes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static gsize
count_contexts (IcSopKind kind)
{
  gsize count = 1 + G_N_ELEMENTS (deflated);

  if (kind != IC_SOP_KIND_OTHER)
    count += G_N_ELEMENTS (compressed);
  if (kind == IC_SOP_KIND_VIDEO)
    count += G_N_ELEMENTS (video);
  return count;
}

static void
add_context (IcPresentationPlan *plan, const char *uid, const char *const *syntaxes)
{
  IcPresentationContext context = { uid, syntaxes, TRUE };

  g_array_append_val (plan->contexts, context);
}

static void
add_class (IcPresentationPlan *plan, const char *uid, IcSopKind kind)
{
  char *owned = g_strdup (uid);

  g_ptr_array_add (plan->classes, owned);
  add_context (plan, owned, native);
  for (gsize i = 0; kind != IC_SOP_KIND_OTHER && i < G_N_ELEMENTS (compressed); i++)
    add_context (plan, owned, compressed[i]);
  for (gsize i = 0; kind == IC_SOP_KIND_VIDEO && i < G_N_ELEMENTS (video); i++)
    add_context (plan, owned, video[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (deflated); i++)
    add_context (plan, owned, deflated[i]);
}

static void
plan_class (GPtrArray *plans, const char *uid)
{
  const IcSopClass *known = ic_sop_class_find (uid);
  IcSopKind kind = known != NULL ? known->kind : IC_SOP_KIND_VIDEO;
  IcPresentationPlan *last = plans->len > 0 ? g_ptr_array_index (plans, plans->len - 1) : NULL;

  if (last == NULL || last->contexts->len + count_contexts (kind) > STORAGE_CONTEXTS_MAX)
    {
      last = plan_new ();
      g_ptr_array_add (plans, last);
    }
  add_class (last, uid, kind);
}

GPtrArray *
ic_presentation_plan_get (const char *const *classes)
{
  GPtrArray *plans = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_presentation_plan_free);
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; classes != NULL && classes[i] != NULL; i++)
    if (ic_uid_is_valid (classes[i]) && g_hash_table_add (seen, (gpointer) classes[i]))
      plan_class (plans, classes[i]);
  if (plans->len == 0)
    {
      gsize n_known = 0;
      const IcSopClass *known = ic_sop_class_list (&n_known);

      for (gsize i = 0; i < n_known; i++)
        plan_class (plans, known[i].uid);
    }
  return plans;
}

static void
plan_single_syntax (GPtrArray *plans, const char *const *classes, const char *const *syntax)
{
  IcPresentationPlan *plan = NULL;

  for (gsize i = 0; classes[i] != NULL; i++)
    {
      if (i % STORAGE_CONTEXTS_MAX == 0)
        {
          plan = plan_new ();
          g_ptr_array_add (plans, plan);
        }
      g_ptr_array_add (plan->classes, g_strdup (classes[i]));
      add_context (plan, g_ptr_array_index (plan->classes, plan->classes->len - 1), syntax);
    }
}

static GPtrArray *
list_all_classes (void)
{
  GPtrArray *classes = g_ptr_array_new ();
  gsize n = 0;
  const IcSopClass *known = ic_sop_class_list (&n);

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (classes, (gpointer) known[i].uid);
  g_ptr_array_add (classes, NULL);
  return classes;
}

GPtrArray *
ic_presentation_plan_single_syntaxes (const char *const *classes)
{
  GPtrArray *plans = g_ptr_array_new_with_free_func ((GDestroyNotify) ic_presentation_plan_free);
  g_autoptr(GPtrArray) all = list_all_classes ();
  const char *const *wanted = classes != NULL ? classes : (const char *const *) all->pdata;

  plan_single_syntax (plans, wanted, native);
  for (gsize i = 0; i < G_N_ELEMENTS (compressed); i++)
    plan_single_syntax (plans, wanted, compressed[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (deflated); i++)
    plan_single_syntax (plans, wanted, deflated[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (video); i++)
    plan_single_syntax (plans, wanted, video[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (rare); i++)
    plan_single_syntax (plans, wanted, rare[i]);
  return plans;
}

const char *const *
ic_presentation_native_syntaxes (void)
{
  return native;
}

void
ic_presentation_plan_free (IcPresentationPlan *self)
{
  g_array_unref (self->contexts);
  g_ptr_array_unref (self->classes);
  g_free (self);
}
