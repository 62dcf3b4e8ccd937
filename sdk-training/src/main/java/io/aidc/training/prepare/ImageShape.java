package io.aidc.training.prepare;

import io.aidc.training.Augmentation;
import java.util.Arrays;

/**
 * Names the shape of images that lie flat in rows, channel by channel and line by line, and makes augmentations for them.
 *
 * {@snippet class="io.aidc.training.prepare.PrepareSnippetsTest" region="images"}
 *
 * <p>Each augmentation checks that a row has {@link #size()} numbers and changes all channels alike.
 *
 * <p>Immutable.
 *
 * @param channels how many numbers a pixel has, &gt; 0
 * @param height lines, &gt; 0
 * @param width pixels in a line, &gt; 0
 */
public record ImageShape(int channels, int height, int width) {
    /** Checks that an image of this shape fits into a row. */
    public ImageShape {
        Numbers.positive("channels", channels);
        Numbers.positive("height", height);
        Numbers.positive("width", width);
        if ((long) channels * height > Integer.MAX_VALUE / width) {
            throw new IllegalArgumentException(
                    "an image must have less than 2^31 numbers, got %d x %d x %d".formatted(channels, height, width));
        }
    }

    /**
     * Gives the length of a row.
     *
     * @return channels · height · width
     */
    public int size() {
        return channels * height * width;
    }

    /**
     * Mirrors images left to right.
     *
     * @return an augmentation that mirrors every image; {@link Augmentation#withProbability} makes it some
     */
    public Augmentation flip() {
        return (row, random) -> {
            require(row);
            for (int line = 0; line < row.length; line += width) {
                for (int left = line, right = line + width - 1; left < right; left++, right--) {
                    float kept = row[left];
                    row[left] = row[right];
                    row[right] = kept;
                }
            }
        };
    }

    /**
     * Mirrors images top to bottom.
     *
     * @return an augmentation that mirrors every image
     */
    public Augmentation flipVertically() {
        return (row, random) -> {
            require(row);
            float[] source = row.clone();
            for (int channel = 0; channel < channels; channel++) {
                for (int y = 0; y < height; y++) {
                    System.arraycopy(source, at(channel, height - 1 - y, 0), row, at(channel, y, 0), width);
                }
            }
        };
    }

    /**
     * Pads images on all sides and cuts out a part of the old size, at a place drawn evenly: a shift by chance.
     *
     * @param padding pixels on each side, &gt; 0 and at most the greater of height and width
     * @param fill what the padding holds, finite; 0 is usual
     * @return the augmentation
     * @throws IllegalArgumentException if the padding is outside its range or the fill not finite
     * @see <a href="https://arxiv.org/abs/1512.03385">He et al. 2016, section 4.2</a>
     */
    public Augmentation crop(int padding, float fill) {
        if (padding <= 0 || padding > Math.max(height, width)) {
            throw new IllegalArgumentException(
                    "padding must be in [1, %d], got %d".formatted(Math.max(height, width), padding));
        }
        Numbers.finite("fill", fill);
        return (row, random) -> {
            require(row);
            int down = random.nextInt(-padding, padding + 1);
            int right = random.nextInt(-padding, padding + 1);
            float[] source = row.clone();
            Arrays.fill(row, fill);
            for (int channel = 0; channel < channels; channel++) {
                for (int y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
                    int first = Math.max(0, -right);
                    int count = Math.min(width, width - right) - first;
                    if (count > 0) {
                        System.arraycopy(
                                source, at(channel, y + down, first + right), row, at(channel, y, first), count);
                    }
                }
            }
        };
    }

    /**
     * Turns images about their centre by an angle drawn evenly, with bilinear interpolation.
     *
     * @param degrees the greatest angle either way, in (0, 180]
     * @param fill what comes in from outside, finite; 0 is usual
     * @return the augmentation
     * @throws IllegalArgumentException if the angle is outside its range or the fill not finite
     */
    public Augmentation rotate(double degrees, float fill) {
        if (!(degrees > 0 && degrees <= 180)) {
            throw new IllegalArgumentException("degrees must be in (0, 180], got " + degrees);
        }
        Numbers.finite("fill", fill);
        return (row, random) -> {
            require(row);
            rotate(row, Math.toRadians((2 * random.nextDouble() - 1) * degrees), fill);
        };
    }

    /** Turns counter-clockwise as seen, y growing downwards. */
    void rotate(float[] row, double radians, float fill) {
        float[] source = row.clone();
        double sine = Math.sin(radians);
        double cosine = Math.cos(radians);
        double middleY = (height - 1) / 2.0;
        double middleX = (width - 1) / 2.0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double fromX = middleX + (x - middleX) * cosine - (y - middleY) * sine;
                double fromY = middleY + (x - middleX) * sine + (y - middleY) * cosine;
                for (int channel = 0; channel < channels; channel++) {
                    row[at(channel, y, x)] = bilinear(source, channel, fromY, fromX, fill);
                }
            }
        }
    }

    private float bilinear(float[] image, int channel, double y, double x, float fill) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = y - top;
        double right = x - left;
        double upper = (1 - right) * pixel(image, channel, top, left, fill)
                + right * pixel(image, channel, top, left + 1, fill);
        double lower = (1 - right) * pixel(image, channel, top + 1, left, fill)
                + right * pixel(image, channel, top + 1, left + 1, fill);
        return (float) ((1 - down) * upper + down * lower);
    }

    private double pixel(float[] image, int channel, int y, int x, float fill) {
        return y >= 0 && y < height && x >= 0 && x < width ? image[at(channel, y, x)] : fill;
    }

    /**
     * Adds one number to all pixels of an image, drawn evenly.
     *
     * @param amount the greatest number either way, &gt; 0 and finite, in the unit of the pixels
     * @param low the smallest value of a pixel, to which smaller ones are brought
     * @param high the greatest value of a pixel, to which greater ones are brought
     * @return the augmentation
     * @throws IllegalArgumentException if the amount is not positive and finite, or the bounds not finite and in order
     */
    public Augmentation brightness(double amount, float low, float high) {
        Numbers.positive("amount", amount);
        Numbers.ordered(low, high);
        return (row, random) -> {
            require(row);
            double added = (2 * random.nextDouble() - 1) * amount;
            for (int i = 0; i < row.length; i++) {
                row[i] = clamped(row[i] + added, low, high);
            }
        };
    }

    /**
     * Stretches the pixels of an image about their mean by one factor, drawn evenly from 1 − amount to 1 + amount.
     *
     * @param amount how far the factor may be from 1, in (0, 1]
     * @param low the smallest value of a pixel, to which smaller ones are brought
     * @param high the greatest value of a pixel, to which greater ones are brought
     * @return the augmentation
     * @throws IllegalArgumentException if the amount is outside (0, 1], or the bounds not finite and in order
     */
    public Augmentation contrast(double amount, float low, float high) {
        if (!(amount > 0 && amount <= 1)) {
            throw new IllegalArgumentException("amount must be in (0, 1], got " + amount);
        }
        Numbers.ordered(low, high);
        return (row, random) -> {
            require(row);
            double factor = 1 + (2 * random.nextDouble() - 1) * amount;
            double mean = 0;
            for (float value : row) {
                mean += (double) value / row.length;
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = clamped(mean + factor * (row[i] - mean), low, high);
            }
        };
    }

    /**
     * Blanks a square in an image, its centre drawn evenly, so that part of it may lie outside.
     *
     * @param side the length of its side in pixels, &gt; 0
     * @param fill what it holds, finite; the mean of the data is usual
     * @return the augmentation
     * @throws IllegalArgumentException if the side is not positive or the fill not finite
     * @see <a href="https://arxiv.org/abs/1708.04552">DeVries and Taylor 2017, section 3.2</a>
     */
    public Augmentation cutout(int side, float fill) {
        Numbers.positive("side", side);
        Numbers.finite("fill", fill);
        return (row, random) -> {
            require(row);
            int top = random.nextInt(height) - side / 2;
            int left = random.nextInt(width) - side / 2;
            int first = Math.max(0, left);
            int end = (int) Math.min(width, (long) left + side);
            for (int channel = 0; channel < channels; channel++) {
                for (int y = Math.max(0, top); y < Math.min(height, (long) top + side); y++) {
                    Arrays.fill(row, at(channel, y, first), at(channel, y, 0) + end, fill);
                }
            }
        };
    }

    private static float clamped(double value, float low, float high) {
        return (float) Math.min(Math.max(value, low), high);
    }

    private int at(int channel, int y, int x) {
        return (channel * height + y) * width + x;
    }

    private void require(float[] row) {
        if (row.length != size()) {
            throw new IllegalArgumentException("an image of %d x %d x %d needs a row of %d numbers, got %d"
                    .formatted(channels, height, width, size(), row.length));
        }
    }
}
