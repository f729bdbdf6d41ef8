/// The kinds of counterfeit that a generated catalog hides, one for each thing a scorer looks for.
///
/// Raw values order the table that rows are drawn from; names stand in `truth.csv`.
package enum Plant: UInt8, CaseIterable, Sendable {
    /// The picture of a confirmed fake.
    case fakePicture
    /// The official picture, an unauthorised seller, a price of 40 % or less, a genuine logo and
    /// mostly a shop that calls itself official: the usual case in test purchases.
    case officialPictureLowPrice
    /// The official picture of one brand, sold as another or as none.
    case officialPictureOtherBrand
    /// A picture that an authorised seller took, with another seller.
    case authorisedPictureCopied
    /// A brand's logo, an empty brand field.
    case logoWithoutBrand
    /// A brand's logo, another brand in the brand field.
    case logoOfOtherBrand
    /// A misspelt brand: Burbery, 나이크.
    case nearMissName
    /// A brand in look-alike letters, full width or with invisible characters.
    case confusableName
    /// A brand beside a word of the trade in fakes.
    case slangWithBrand
    /// A brand in the title, another or none in the brand field.
    case claimMismatch
    /// A shop that calls itself a brand's official store and is not.
    case officialStoreClaim
    /// 15 % of the usual price or less.
    case extremePrice
    /// A seller whose buyers complain of counterfeits.
    case sellerComplaints
    /// A seller whose buyers send goods back as counterfeits.
    case sellerRefunds
    /// The picture of a confirmed fake, with a seller of two weeks.
    case newSellerFakePicture

    /// How `truth.csv` spells it.
    package var name: String { String(describing: self) }

    /// 64 entries: draws a kind with six random bits. The usual case comes twice as often.
    static let draw: [Plant] = allCases.flatMap {
        [Plant](repeating: $0, count: $0 == .officialPictureLowPrice ? 8 : 4)
    }
}

/// One row of `truth.csv`.
package struct PlantedRow: Hashable, Sendable {
    /// The listing's ordinal in the generated catalog.
    package var ordinal: UInt32
    package var kind: Plant
}
