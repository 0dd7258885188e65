namespace PerfFlow.Intake.Documents;

/// <summary>What one file may cost. The defaults fit a county: the largest honest workbook seen has 5,000 indicator rows.</summary>
public sealed record DocumentLimits
{
    /// <summary>Bytes of the file as uploaded.</summary>
    public long MaxBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Bytes of all parts of a zip together, counted while unpacking, whatever the zip says of itself.</summary>
    public long MaxUnpackedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Parts of a zip.</summary>
    public int MaxParts { get; init; } = 1_000;

    /// <summary>Elements within elements in one XML part.</summary>
    public int MaxXmlDepth { get; init; } = 64;

    /// <summary>Last row with a value.</summary>
    public int MaxRows { get; init; } = 20_000;

    /// <summary>Last column with a value.</summary>
    public int MaxColumns { get; init; } = 256;

    /// <summary>Cells with a value in all sheets together.</summary>
    public int MaxCells { get; init; } = 600_000;

    /// <summary>Sheets of a workbook.</summary>
    public int MaxSheets { get; init; } = 50;

    /// <summary>Characters of one cell; Excel's own limit.</summary>
    public int MaxCellText { get; init; } = 32_767;
}

/// <summary>
/// A file is not what Intake takes. Thrown while reading in the child process and turned into a value at its door
/// (<see cref="DocumentReader"/> is many levels deep in foreign readers there).
/// </summary>
internal sealed class DocumentRefusedException(string code, params string[] args) : Exception(code)
{
    /// <summary>Key of the sentence, <c>doc.*</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What the sentence is filled with.</summary>
    public IReadOnlyList<string> Args { get; } = args;
}
