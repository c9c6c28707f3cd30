/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice/phantom-vessels.h"

#include "practice/phantom-noise.h"
#include "practice/phantom-thorax.h"

enum
{
  SEED = 7103,
  TRUNK = 3, /* nodes given from the start: hilum and main branches */
  MAX_NODES = 900,
  CANDIDATES = 20000,
};

typedef struct
{
  PhantomPoint at;
  int parent;
  int feeds;
} Node;

typedef struct
{
  Node nodes[MAX_NODES];
  int count;
} Tree;

static float
distance_between (PhantomPoint a, PhantomPoint b)
{
  PhantomPoint d = phantom_minus (a, b);

  return sqrtf (phantom_dot (d, d));
}

static void
plant (Tree *tree, float side)
{
  static const PhantomPoint trunk[TRUNK] = { { 34, 8, 36 }, { 50, 2, 50 }, { 56, 22, 2 } };

  for (int i = 0; i < TRUNK; i++)
    {
      PhantomPoint at = { side * trunk[i].x, trunk[i].y, trunk[i].z };

      tree->nodes[tree->count++] = (Node){ at, i == 0 ? -1 : 0, 0 };
    }
}

/* Far ways round are dear, so that twigs leave their branch at sharp angles outwards. */
static int
find_parent (const Tree *tree, PhantomPoint at)
{
  float best = 1e9f;
  int parent = 0;
  float reach = distance_between (at, tree->nodes[0].at);

  for (int i = 0; i < tree->count; i++)
    {
      float d = distance_between (at, tree->nodes[i].at);
      float back = distance_between (tree->nodes[i].at, tree->nodes[0].at);
      float cost = d + 0.35f * MAX (0.0f, d + back - reach) + (back > reach ? 40.0f : 0.0f);

      if (cost >= best)
        continue;
      best = cost;
      parent = i;
    }
  return parent;
}

static PhantomPoint
candidate (float side, guint32 index, float shell)
{
  guint32 seed = SEED + (side > 0 ? 1u : 0u);
  PhantomPoint p = { phantom_uniform (seed, 3 * index) * 130.0f,
                     phantom_uniform (seed, 3 * index + 1) * 170.0f - 85.0f,
                     phantom_uniform (seed, 3 * index + 2) * 270.0f - 140.0f };
  PhantomPoint hilum = { 34, 8, 36 };

  p = (PhantomPoint){ hilum.x + (p.x - hilum.x) * shell, hilum.y + (p.y - hilum.y) * shell,
                      hilum.z + (p.z - hilum.z) * shell };
  p.x *= side;
  return p;
}

/* From the hilum outwards, shell by shell: near points become branches, far ones twigs. */
static void
grow (Tree *tree, float side)
{
  plant (tree, side);
  for (guint32 i = 0; i < CANDIDATES && tree->count < MAX_NODES; i++)
    {
      float grown = (float) tree->count / MAX_NODES;
      float shell = 0.18f + 0.86f * sqrtf (grown);
      PhantomPoint at = candidate (side, i, MIN (shell, 1.0f));

      if (phantom_thorax_lung_depth (at) < 3.0f)
        continue;
      tree->nodes[tree->count] = (Node){ at, find_parent (tree, at), 1 };
      tree->count++;
    }
  for (int i = tree->count - 1; i > 0; i--)
    tree->nodes[tree->nodes[i].parent].feeds += tree->nodes[i].feeds;
}

static void
append_vessels (GArray *vessels, const Tree *tree)
{
  for (int i = 1; i < tree->count; i++)
    {
      const Node *node = &tree->nodes[i];
      PhantomPoint from = tree->nodes[node->parent].at;
      float radius = MIN (0.5f * cbrtf ((float) node->feeds) + 0.15f, 5.0f);
      float bend = 0.08f * distance_between (from, node->at);
      PhantomPoint middle = {
        (from.x + node->at.x) / 2 + bend * phantom_noise (SEED, i, 0.5f, 0.5f),
        (from.y + node->at.y) / 2 + bend * phantom_noise (SEED, i, 7.5f, 0.5f),
        (from.z + node->at.z) / 2 - bend
      };
      PhantomVessel pieces[2] = { { from, middle, radius }, { middle, node->at, radius * 0.9f } };

      g_array_append_vals (vessels, pieces, 2);
    }
}

const PhantomVessel *
phantom_vessels_get (gsize *count)
{
  static GArray *vessels = NULL;

  if (vessels == NULL)
    {
      g_autofree Tree *left = g_new0 (Tree, 1);
      g_autofree Tree *right = g_new0 (Tree, 1);

      vessels = g_array_new (FALSE, FALSE, sizeof (PhantomVessel));
      grow (left, 1.0f);
      grow (right, -1.0f);
      append_vessels (vessels, left);
      append_vessels (vessels, right);
    }
  *count = vessels->len;
  return (const PhantomVessel *) (gpointer) vessels->data;
}
