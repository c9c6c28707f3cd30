/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which instances go out to a node, over which associations, and how far each of them is. An
 * association carries at most 128 presentation contexts, so what needs more goes in groups. Built
 * from study trees; pure, used from one thread. What was accepted is never handed out again,
 * whatever becomes of its association.
 */
#pragma once

#include "domain/ic-presentation.h"
#include "domain/ic-send-outcome.h"
#include "domain/ic-study.h"

G_BEGIN_DECLS

/* So often an association may break in the same instance until the instance is given up. */
#define IC_SEND_BREAKS_MAX 2

typedef enum
{
  IC_SEND_ITEM_WAITING,
  IC_SEND_ITEM_UNWANTED, /* the node does not take it as it is, but in another syntax */
  IC_SEND_ITEM_IN_FLIGHT,
  IC_SEND_ITEM_ACCEPTED,
  IC_SEND_ITEM_FAILED, /* the remark says why */
} IcSendItemState;

typedef struct
{
  const IcInstance *instance; /* borrowed from the study */
  const char *study_uid;
  const char *series_uid;
  guint group;
  const char *wanted_syntax; /* what an unwanted one must be converted to; NULL for the others */
  IcSendItemState state;
  guint n_breaks;    /* associations that broke in it */
  gboolean was_sent; /* in one of them: it may be there */
  guint16 status;    /* of the answer, where there was one */
  char *remark;      /* without patient data, or NULL */
} IcSendItem;

typedef struct _IcSendPlan IcSendPlan;

/* @studies: of IcStudy, which must outlive the plan. */
IcSendPlan *ic_send_plan_new (GPtrArray *studies);
void ic_send_plan_free (IcSendPlan *self);

/* Of IcSendItem, in the order of the studies. */
GPtrArray *ic_send_plan_get_items (IcSendPlan *self);

guint ic_send_plan_count_groups (IcSendPlan *self);

/* The contexts of an association for @group, of IcPresentationContext: each class with each syntax
 * that its instances have, alone, and one with the native syntaxes, which every application entity
 * that takes the class takes (PS3.5 10.1). One of the 128 is left free. Borrows from the plan; free
 * with g_array_unref().
 */
GArray *ic_send_plan_dup_contexts (IcSendPlan *self, guint group);

/* Hands out at most @max waiting items of @group, in order; they are in flight then. Of IcSendItem,
 * borrowed; empty when none is waiting.
 */
GPtrArray *ic_send_plan_take (IcSendPlan *self, guint group, guint max);

guint ic_send_plan_count (IcSendPlan *self, guint group, IcSendItemState state);

/* The node takes no instance such as this waiting one. With a syntax that it does take for the
 * class, static and without compression, the item is unwanted; with NULL, or when it has been
 * converted before, it has failed.
 */
void ic_send_plan_decline (IcSendPlan *self, IcSendItem *item, const char *syntax);

/* Where what is converted goes on: from here on groups are new. Returns the first of them. */
guint ic_send_plan_begin_round (IcSendPlan *self);

/* The instance of an unwanted item has the wanted syntax now: it waits again, in a new group. */
void ic_send_plan_renew (IcSendPlan *self, IcSendItem *item);

/* An unwanted item cannot be converted; @why without patient data. */
void ic_send_plan_fail_conversion (IcSendPlan *self, IcSendItem *item, const char *why);

/* Takes back one that is in flight and has not left. */
void ic_send_plan_put_back (IcSendPlan *self, IcSendItem *item);

/* Tells what became of an item that is in flight. One in which the association broke is waiting
 * again, unless that happened too often.
 */
void ic_send_plan_settle (IcSendPlan *self, IcSendItem *item, const IcSendOutcome *outcome);

/* Gives up a waiting or flying item. */
void ic_send_plan_fail (IcSendPlan *self, IcSendItem *item, const char *remark);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcSendPlan, ic_send_plan_free)

G_END_DECLS
