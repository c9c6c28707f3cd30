/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/ic-node-item.h"

struct _IcNodeItem
{
  GObject parent_instance;

  IcNode *node;
};

enum
{
  PROP_0,
  PROP_NAME,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (IcNodeItem, ic_node_item, G_TYPE_OBJECT)

static void
ic_node_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, ic_node_item_get_name (IC_NODE_ITEM (object)));
}

static void
ic_node_item_finalize (GObject *object)
{
  ic_node_unref (IC_NODE_ITEM (object)->node);
  G_OBJECT_CLASS (ic_node_item_parent_class)->finalize (object);
}

static void
ic_node_item_class_init (IcNodeItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ic_node_item_get_property;
  object_class->finalize = ic_node_item_finalize;
  properties[PROP_NAME] =
      g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ic_node_item_init (IcNodeItem *self)
{
}

IcNodeItem *
ic_node_item_new (IcNode *node)
{
  IcNodeItem *self = g_object_new (IC_TYPE_NODE_ITEM, NULL);

  self->node = ic_node_ref (node);
  return self;
}

IcNode *
ic_node_item_get_node (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), NULL);
  return self->node;
}

const char *
ic_node_item_get_name (IcNodeItem *self)
{
  g_return_val_if_fail (IC_IS_NODE_ITEM (self), NULL);
  return self->node->name;
}
