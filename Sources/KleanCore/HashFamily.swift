/// Which arithmetic made a hash. Hashes of different families must not be compared: stores and
/// banks say which theirs are, and what is of another is refused.
public enum HashFamily {
    /// PDQ without a downscale before its filter; hashes of other PDQ tools differ by 2 to 12 bits.
    public static let picture = "pdq-full"
    /// Shapes of logo regions, by klean's own descriptor. Raised with every change of its bits.
    public static let logo = "logo-mask-3"
    /// No hash, but beside them: where pictures were made unreadable. A store without it says
    /// nothing about that, because nobody looked.
    public static let concealed = "concealed-2"
    /// What this build can compare.
    public static let known: Set<String> = [picture, logo, concealed]
}
