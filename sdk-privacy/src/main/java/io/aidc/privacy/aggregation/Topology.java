package io.aidc.privacy.aggregation;

/**
 * How many neighbours each client needs and how many of them must answer, for rates of collusion and dropout.
 *
 * <p>On a ring in random order, the least even degree for which, except with probability 2^−40, the honest clients that
 * stay hang together and no client has {@code threshold} colluding neighbours (if the server may lie, not even 2 ·
 * {@code threshold} − {@code degree}), and, except with probability 2^−20, each keeps {@code threshold} neighbours.
 * Where there are too few clients for that, all with all, and the counts hold for certain.
 *
 * @see <a href="https://eprint.iacr.org/2020/704">Bell, Bonawitz, Gascón, Lepoint, Raykova 2020</a>, for the method; the
 *     bounds are those of the parameter finder in Google's federated-compute, except that a threshold raised to 2 must be
 *     kept as well: ten clients of which three may leave need six neighbours, not four
 */
record Topology(int degree, int threshold) {
    private static final double SECURITY = Math.scalb(1.0, -41);
    private static final double CORRECTNESS = Math.scalb(1.0, -20);

    /** The counts that follow from rates: clients, colluding ones, and those who may leave. */
    record Crowd(int clients, int colluding, int leaving, boolean lyingServer) {
        static Crowd of(int clients, double colluding, double dropout, boolean lyingServer) {
            // the rates are decimals: 0.07·100 is meant to be 7
            return new Crowd(
                    clients,
                    (int) Math.floor((colluding + 1e-14) * clients),
                    (int) Math.floor((dropout + 1e-14) * clients),
                    lyingServer);
        }

        int staying() {
            return clients - leaving;
        }
    }

    static Topology of(Crowd crowd) {
        for (int degree = 2; degree < crowd.clients() - 1; degree += 2) {
            int threshold = ringThreshold(crowd, degree);
            if (threshold > 0) {
                return new Topology(degree, threshold);
            }
        }
        return complete(crowd);
    }

    /** Returns a threshold that keeps both promises, or 0 if there is none. */
    private static int ringThreshold(Crowd crowd, int degree) {
        int clients = crowd.clients();
        if (logDisconnected(crowd, degree) >= Math.log(SECURITY)) {
            return 0;
        }
        int colluding = new Hypergeometric(clients, crowd.colluding(), degree).upperBound(SECURITY / clients);
        int staying = new Hypergeometric(clients, crowd.staying(), degree).lowerBound(CORRECTNESS / clients);
        int below = crowd.lyingServer() ? (int) Math.ceil((colluding + degree - 1.25) / 2) : colluding;
        int threshold = Math.max(below + 1, 2);
        return threshold <= staying ? threshold : 0;
    }

    /** A bound on the probability that removing colluding and leaving clients cuts the ring in two places. */
    private static double logDisconnected(Crowd crowd, int degree) {
        int clients = crowd.clients();
        int removed = crowd.colluding() + crowd.leaving();
        if (degree > removed) {
            return Double.NEGATIVE_INFINITY;
        }
        return Math.log(clients)
                + Math.log(clients - degree - 1)
                - Math.log(2)
                + Hypergeometric.logFactorial(removed)
                + Hypergeometric.logFactorial(clients - degree)
                - Hypergeometric.logFactorial(clients)
                - Hypergeometric.logFactorial(removed - degree);
    }

    private static Topology complete(Crowd crowd) {
        int degree = crowd.clients() - 1;
        int answering = degree - crowd.leaving();
        int least = crowd.lyingServer() ? (degree + crowd.colluding()) / 2 + 1 : crowd.colluding() + 1;
        if (least > answering) {
            throw new IllegalArgumentException(
                    "no threshold fits: with %d clients of which %d may collude and %d may leave, a secret needs %d answers and can count on %d"
                            .formatted(crowd.clients(), crowd.colluding(), crowd.leaving(), least, answering));
        }
        return new Topology(degree, Math.max(least, Math.min(2, answering)));
    }
}
