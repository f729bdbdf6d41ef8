/// The version of everything that can change a score for the same snapshot, model and parameters.
/// A golden-result test forces a bump; coordinators refuse workers of another version.
public enum ScorerVersion {
    public static let current: UInt32 = 7
}
