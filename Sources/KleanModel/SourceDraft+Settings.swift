internal import KleanColumns
import KleanCore
internal import KleanLearn
internal import Yams

/// One `key: value` of a YAML mapping, with its line.
private struct Setting {
    let path: String
    let key: String
    let line: Int
    let node: Node
}

extension SourceDraft {
    mutating func readSettings() throws(ModelError) {
        guard let text = try settingsText(), let root = compose(text) else { return }
        var seen: Set<String> = []
        for setting in settings(root, path: "") {
            seen.insert(setting.key)
            read(setting)
        }
        // Trees start from their own average.
        let required = ["name", "threshold"] + (hasTrees ? [] : ["intercept"])
        for key in required where !seen.contains(key) {
            faults.add("model.yaml", 0, key, expected: "a value", found: "")
        }
        guard hasTrees else { return }
        for key in ["intercept", "weights"] where seen.contains(key) {
            warnings.add(
                "model.yaml", 0, key, expected: "nothing beside fusion: lightgbm",
                found: "values without effect")
        }
        try readTrees()
    }

    /// The file is read where `model.yaml` names it as the fusion.
    private mutating func readTrees() throws(ModelError) {
        let file = FusionTrees.fileName
        let text: [UInt8]
        do throws(FileError) {
            text = try FileSystem.read(folder + "/" + file, bytesMax: SourceDraft.treesBytesMax)
        } catch {
            throw .file(error)
        }
        do throws(TreeError) {
            model.trees = try FusionTrees(parsing: text)
        } catch {
            switch error {
            case .malformed(_, let line, let field, let expected, let found):
                faults.add(file, line, field, expected: expected, found: found)
            }
        }
    }

    /// Thousands of trees; more would take too long for each listing.
    private static let treesBytesMax = 256 << 20

    private mutating func read(_ setting: Setting) {
        switch setting.key {
        case "name":
            let name = setting.node.scalar?.string ?? ""
            if name.isEmpty { fault(setting, expected: "a name") }
            model.name = name
        case "intercept":
            number(setting, -100...100) { $0.weights.intercept = $1 }
        case "threshold":
            number(setting, -100...100) { $0.weights.threshold = $1 }
        case "fusion":
            switch setting.node.scalar?.string {
            case "logistic": hasTrees = false
            case "lightgbm": hasTrees = true
            default: fault(setting, expected: "logistic or lightgbm")
            }
        case "weights":
            for item in settings(setting.node, path: "weights.") { readWeight(item) }
        case "calibrations":
            for item in settings(setting.node, path: "calibrations.") { readCalibration(item) }
        case "parameters":
            for item in settings(setting.node, path: "parameters.") { readParameter(item) }
        case "banks":
            for item in settings(setting.node, path: "banks.") { readBankSetting(item) }
        default:
            let known = """
                name, fusion, intercept, threshold, weights, calibrations, parameters, banks
                """
            fault(setting, expected: "one of \(known)", found: setting.key)
        }
    }

    private mutating func readWeight(_ setting: Setting) {
        guard let term = Term.weighted.first(where: { $0.name == setting.key }) else {
            let names = Term.weighted.map(\.name).joined(separator: ", ")
            return fault(setting, expected: "one of \(names)", found: setting.key)
        }
        number(setting, 0...100) { $0.weights.coefficients[term.rawValue] = $1 }
    }

    private mutating func readCalibration(_ setting: Setting) {
        guard let scorer = Scorer.allCases.first(where: { "\($0)" == setting.key }) else {
            let names = Scorer.allCases.map { "\($0)" }.joined(separator: ", ")
            return fault(setting, expected: "one of \(names)", found: setting.key)
        }
        for item in settings(setting.node, path: setting.path + ".") {
            switch item.key {
            case "offset":
                number(item, -100...100) { $0.weights.calibrations[scorer.rawValue].offset = $1 }
            case "slope":
                number(item, 0...100) { $0.weights.calibrations[scorer.rawValue].slope = $1 }
            default: fault(item, expected: "offset or slope", found: item.key)
            }
        }
    }

    private mutating func readParameter(_ setting: Setting) {
        guard let parameter = Parameter.allCases.first(where: { $0.name == setting.key }) else {
            let scorer = setting.key.split(separator: ".").first.map(String.init) ?? ""
            let names = Parameter.allCases.map(\.name).filter { $0.hasPrefix(scorer + ".") }
            let wanted = names.isEmpty ? Parameter.allCases.map(\.name) : names
            return fault(
                setting, expected: "one of \(wanted.joined(separator: ", "))", found: setting.key)
        }
        number(setting, parameter.range) { $0.weights.parameters[parameter.rawValue] = $1 }
    }

    private mutating func readBankSetting(_ setting: Setting) {
        var bank = BankSetting()
        bank.line = setting.line
        for item in settings(setting.node, path: setting.path + ".") {
            switch item.key {
            case "radius":
                guard let radius = integer(item, 0...Limits.logoRadiusBitsMax) else { continue }
                bank.radiusBits = UInt8(radius)
            case "qualityMin":
                guard let quality = integer(item, 0...100) else { continue }
                bank.qualityMin = UInt8(quality)
            default: fault(item, expected: "radius or qualityMin", found: item.key)
            }
        }
        bankSettings[setting.key] = bank
    }
}

// Reading nodes.
extension SourceDraft {
    private mutating func settingsText() throws(ModelError) -> String? {
        do {
            let bytes = try FileSystem.read(folder + "/model.yaml", bytesMax: 1 << 20)
            if let text = String(validating: bytes, as: UTF8.self) { return text }
        } catch {
            throw .file(error)
        }
        faults.add("model.yaml", 0, "text", expected: "UTF-8", found: "other bytes")
        return nil
    }

    private mutating func compose(_ text: String) -> Node? {
        do {
            if let root = try Yams.compose(yaml: text) { return root }
            faults.add("model.yaml", 0, "document", expected: "a mapping", found: "")
        } catch let error as YamlError {
            let (line, problem) = SourceDraft.place(error)
            faults.add("model.yaml", line, "syntax", expected: "YAML", found: problem)
        } catch {
            faults.add("model.yaml", 0, "syntax", expected: "YAML", found: "\(error)")
        }
        return nil
    }

    private static func place(_ error: YamlError) -> (line: Int, problem: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            (context.mark.line, "the key \(duplicates.sorted().joined(separator: ", ")) twice")
        case .reader(let problem, _, _, _): (0, problem)
        default: (0, "\(error)")
        }
    }

    /// The pairs of a mapping in file order; anything else is a fault.
    private mutating func settings(_ node: Node, path: String) -> [Setting] {
        guard let mapping = node.mapping else {
            let field = path.isEmpty ? "document" : String(path.dropLast())
            let found = node.scalar?.string ?? "a list"
            faults.add(
                "model.yaml", node.mark?.line ?? 0, field, expected: "keys and values",
                found: found)
            return []
        }
        var settings: [Setting] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            settings.append(
                Setting(path: path + name, key: name, line: key.mark?.line ?? 0, node: value))
        }
        return settings
    }

    private mutating func number(
        _ setting: Setting, _ range: ClosedRange<Double>, _ set: (inout Model, Double) -> Void
    ) {
        guard let value = Double(plainDecimal: setting.node.scalar?.string ?? ""),
            range.contains(value)
        else {
            let wanted = "a number \(range.lowerBound) to \(range.upperBound)"
            return fault(setting, expected: wanted)
        }
        set(&model, value)
    }

    private mutating func integer(_ setting: Setting, _ range: ClosedRange<Int>) -> Int? {
        if let value = Int(setting.node.scalar?.string ?? ""), range.contains(value) {
            return value
        }
        let wanted = "a whole number \(range.lowerBound) to \(range.upperBound)"
        fault(setting, expected: wanted)
        return nil
    }

    private mutating func fault(_ setting: Setting, expected: String, found: String? = nil) {
        let value = setting.node.scalar?.string ?? "keys or a list"
        faults.add(
            "model.yaml", setting.line, setting.path, expected: expected, found: found ?? value)
    }
}
