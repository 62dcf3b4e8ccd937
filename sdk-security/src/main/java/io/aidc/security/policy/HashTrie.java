package io.aidc.security.policy;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A map from entities that never changes: a change makes another one, which shares all but some hundred bytes with the first.
 * Threads that read one see it whole, however many write others.
 *
 * <p>It is a trie over the bits of the hash, five at a level. Each node holds its pairs first, keys and values in turn, then
 * its subtrees; two bitmaps say which of the 32 branches are which. Where all 32 bits agree, pairs are sorted by key, so that
 * whoever chooses names of equal hash gains nothing.
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://doi.org/10.1145/2814270.2814312">Steindorfer and Vinju 2015, the layout</a>
 */
final class HashTrie<V> {
    private static final int BITS = 5;
    private static final int MASK = 31;
    private static final int HASH_BITS = 32;
    private static final Object[] NOTHING = {};

    private final Node root;
    private final int size;

    private HashTrie(Node root, int size) {
        this.root = root;
        this.size = size;
    }

    static <V> HashTrie<V> empty() {
        return new HashTrie<>(new Node(0, 0, NOTHING), 0);
    }

    int size() {
        return size;
    }

    @Nullable
    V get(EntityUid key) {
        Object found = find(key, 1);
        return found == null ? null : value(found);
    }

    /** The key that is there if an equal one is, otherwise the same. */
    EntityUid shared(EntityUid key) {
        return find(key, 0) instanceof EntityUid there ? there : key;
    }

    /** What stands so far behind where a key is, null if it is not. */
    private @Nullable Object find(EntityUid key, int offset) {
        int hash = spread(key);
        Node node = root;
        for (int shift = 0; shift < HASH_BITS; shift += BITS) {
            int bit = 1 << (hash >>> shift & MASK);
            if ((node.pairs & bit) != 0) {
                int at = 2 * index(node.pairs, bit);
                return node.slots[at].equals(key) ? node.slots[at + offset] : null;
            }
            if ((node.trees & bit) == 0) {
                return null;
            }
            node = node.tree(bit);
        }
        int at = search(node.slots, key);
        return at < 0 ? null : node.slots[at + offset];
    }

    HashTrie<V> put(EntityUid key, V value) {
        boolean[] added = new boolean[1];
        Node changed = put(root, key, value, spread(key), 0, added);
        return new HashTrie<>(changed, size + (added[0] ? 1 : 0));
    }

    /** The same if the key is not there. */
    HashTrie<V> remove(EntityUid key) {
        Node changed = remove(root, key, spread(key), 0);
        return changed == root ? this : new HashTrie<>(changed, size - 1);
    }

    /** In no order. */
    void forEach(BiConsumer<EntityUid, V> action) {
        forEach(root, action, 0);
    }

    private void forEach(Node node, BiConsumer<EntityUid, V> action, int shift) {
        int end = shift >= HASH_BITS ? node.slots.length : 2 * Integer.bitCount(node.pairs);
        for (int i = 0; i < end; i += 2) {
            action.accept((EntityUid) node.slots[i], value(node.slots[i + 1]));
        }
        for (int i = end; i < node.slots.length; i++) {
            forEach((Node) node.slots[i], action, shift + BITS);
        }
    }

    private static Node put(Node node, EntityUid key, Object value, int hash, int shift, boolean[] added) {
        if (shift >= HASH_BITS) {
            return putSorted(node, key, value, added);
        }
        int bit = 1 << (hash >>> shift & MASK);
        if ((node.trees & bit) != 0) {
            Node tree = put(node.tree(bit), key, value, hash, shift + BITS, added);
            return new Node(node.pairs, node.trees, with(node.slots, node.treeSlot(bit), tree));
        }
        int at = 2 * index(node.pairs, bit);
        if ((node.pairs & bit) == 0) {
            added[0] = true;
            return new Node(node.pairs | bit, node.trees, insert(node.slots, at, key, value));
        }
        EntityUid other = (EntityUid) node.slots[at];
        if (other.equals(key)) {
            return new Node(node.pairs, node.trees, with(node.slots, at + 1, value));
        }
        added[0] = true;
        Node tree = pair(other, node.slots[at + 1], key, value, shift + BITS);
        Object[] slots = cut(node.slots, at, 2);
        int treeAt = 2 * Integer.bitCount(node.pairs & ~bit) + index(node.trees, bit);
        return new Node(node.pairs & ~bit, node.trees | bit, insert(slots, treeAt, tree));
    }

    /** A tree of two keys. */
    private static Node pair(EntityUid a, Object aValue, EntityUid b, Object bValue, int shift) {
        if (shift >= HASH_BITS) {
            return a.compareTo(b) < 0
                    ? new Node(0, 0, new Object[] {a, aValue, b, bValue})
                    : new Node(0, 0, new Object[] {b, bValue, a, aValue});
        }
        int aBit = 1 << (spread(a) >>> shift & MASK);
        int bBit = 1 << (spread(b) >>> shift & MASK);
        if (aBit == bBit) {
            return new Node(0, aBit, new Object[] {pair(a, aValue, b, bValue, shift + BITS)});
        }
        boolean aFirst = Integer.compareUnsigned(aBit, bBit) < 0;
        return new Node(
                aBit | bBit, 0, aFirst ? new Object[] {a, aValue, b, bValue} : new Object[] {b, bValue, a, aValue});
    }

    private static Node putSorted(Node node, EntityUid key, Object value, boolean[] added) {
        int at = search(node.slots, key);
        if (at >= 0) {
            return new Node(0, 0, with(node.slots, at + 1, value));
        }
        added[0] = true;
        return new Node(0, 0, insert(node.slots, -at - 1, key, value));
    }

    private static Node remove(Node node, EntityUid key, int hash, int shift) {
        if (shift >= HASH_BITS) {
            int at = search(node.slots, key);
            return at < 0 ? node : new Node(0, 0, cut(node.slots, at, 2));
        }
        int bit = 1 << (hash >>> shift & MASK);
        if ((node.pairs & bit) != 0) {
            int at = 2 * index(node.pairs, bit);
            return node.slots[at].equals(key) ? new Node(node.pairs & ~bit, node.trees, cut(node.slots, at, 2)) : node;
        }
        if ((node.trees & bit) == 0) {
            return node;
        }
        Node tree = node.tree(bit);
        Node changed = remove(tree, key, hash, shift + BITS);
        if (changed == tree) {
            return node;
        }
        if (changed.slots.length == 2 && changed.trees == 0) { // one pair left, which moves up
            Object[] slots = cut(node.slots, node.treeSlot(bit), 1);
            Object[] pulled = insert(slots, 2 * index(node.pairs, bit), changed.slots[0], changed.slots[1]);
            return new Node(node.pairs | bit, node.trees & ~bit, pulled);
        }
        return new Node(node.pairs, node.trees, with(node.slots, node.treeSlot(bit), changed));
    }

    /** Where a key stands among sorted pairs, or one less than minus where it belongs. */
    private static int search(Object[] slots, EntityUid key) {
        int low = 0;
        int high = slots.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = ((EntityUid) slots[2 * middle]).compareTo(key);
            if (order == 0) {
                return 2 * middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -2 * low - 1;
    }

    private static int spread(EntityUid key) {
        int hash = key.hashCode();
        return hash ^ hash >>> 16;
    }

    private static int index(int bitmap, int bit) {
        return Integer.bitCount(bitmap & (bit - 1));
    }

    private static Object[] with(Object[] slots, int at, Object value) {
        Object[] copy = slots.clone();
        copy[at] = value;
        return copy;
    }

    private static Object[] insert(Object[] slots, int at, Object... values) {
        Object[] copy = Arrays.copyOf(slots, slots.length + values.length);
        System.arraycopy(values, 0, copy, at, values.length);
        System.arraycopy(slots, at, copy, at + values.length, slots.length - at);
        return copy;
    }

    private static Object[] cut(Object[] slots, int at, int count) {
        Object[] copy = Arrays.copyOf(slots, slots.length - count);
        System.arraycopy(slots, at + count, copy, at, copy.length - at);
        return copy;
    }

    @SuppressWarnings("unchecked") // only values of this type are put
    private V value(Object slot) {
        return (V) slot;
    }

    private static final class Node {
        final int pairs;
        final int trees;
        final Object[] slots;

        Node(int pairs, int trees, Object[] slots) {
            this.pairs = pairs;
            this.trees = trees;
            this.slots = slots;
        }

        int treeSlot(int bit) {
            return 2 * Integer.bitCount(pairs) + index(trees, bit);
        }

        Node tree(int bit) {
            return (Node) slots[treeSlot(bit)];
        }
    }
}
