/// The 16 x 64 matrix of PDQ's cosine transform: row `i` is `sqrt(2 / 64) * cos(π / 128 * (i + 1) *
/// (2 j + 1))`, row-major, rounded to 32-bit floats.
///
/// The values are written down, not computed: what feeds an index must not depend on a libm.
enum CosineBasis {
    static let matrix: [Float] = (0..<16).flatMap { row in
        (0..<64).map { column in value(steps: (row + 1) * (2 * column + 1)) }
    }

    /// `sqrt(2 / 64) * cos(steps * π / 128)`, folded into the first quarter turn.
    static func value(steps: Int) -> Float {
        let turn = steps % 256
        let half = turn > 128 ? 256 - turn : turn
        return half > 64 ? -quarter[128 - half] : quarter[half]
    }

    /// The first quarter turn without its end, which nobody asks for.
    private static let quarter: [Float] = [
        0x1.6a09e6p-3, 0x1.69edfcp-3, 0x1.699a42p-3, 0x1.690ec6p-3,
        0x1.684b9cp-3, 0x1.6750e4p-3, 0x1.661ec2p-3, 0x1.64b568p-3,
        0x1.63150ap-3, 0x1.613decp-3, 0x1.5f3056p-3, 0x1.5cec98p-3,
        0x1.5a730cp-3, 0x1.57c414p-3, 0x1.54e018p-3, 0x1.51c78cp-3,
        0x1.4e7ae8p-3, 0x1.4afab2p-3, 0x1.474772p-3, 0x1.4361bap-3,
        0x1.3f4a24p-3, 0x1.3b015p-3, 0x1.3687eap-3, 0x1.31dea2p-3,
        0x1.2d062ep-3, 0x1.27ff5p-3, 0x1.22caccp-3, 0x1.1d6972p-3,
        0x1.17dc14p-3, 0x1.12238ep-3, 0x1.0c40c2p-3, 0x1.063498p-3,
        0x1p-3, 0x1.f347dap-4, 0x1.e642b8p-4, 0x1.d8f29ap-4,
        0x1.cb598cp-4, 0x1.bd79aap-4, 0x1.af5516p-4, 0x1.a0edfep-4,
        0x1.92469cp-4, 0x1.83613p-4, 0x1.74400ap-4, 0x1.64e57ap-4,
        0x1.5553e4p-4, 0x1.458daap-4, 0x1.35953cp-4, 0x1.256d12p-4,
        0x1.1517a8p-4, 0x1.049782p-4, 0x1.e7de5ep-5, 0x1.c6427ap-5,
        0x1.a4608ap-5, 0x1.823dc8p-5, 0x1.5fdf76p-5, 0x1.3d4aep-5,
        0x1.1a855ep-5, 0x1.ef2894p-6, 0x1.a8fa12p-6, 0x1.628a08p-6,
        0x1.1be352p-6, 0x1.aa21a8p-7, 0x1.1c3af6p-7, 0x1.1c50e2p-8,
    ]
}
