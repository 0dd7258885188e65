using System.Text.Json.Serialization;

namespace PerfFlow.ServiceDefaults.Intake;

/// <summary>One thing that is wrong in a file, found by Intake (layout) or by the Platform (meaning).</summary>
/// <param name="Place">The cell, row or sheet; null when the whole file is meant.</param>
/// <param name="Value">What stands there, shortened; empty when nothing does.</param>
/// <param name="Code">Stable code, e.g. <c>layout.not_number</c>, <c>doc.macros</c> or a check code such as <c>SD01</c>.</param>
/// <param name="Args">What the sentence of the code is filled with, e.g. the title of the column.</param>
/// <param name="Wrong">What is wrong, as a sentence for the user.</param>
/// <param name="Remedy">What to do about it, as a sentence for the user.</param>
/// <param name="Blocks">True for an error; false for a warning, which leaves the row good.</param>
public sealed record IntakeProblem(
    CellPlace? Place, string Value, string Code, IReadOnlyList<string> Args, string Wrong, string Remedy, bool Blocks = true);

/// <summary>How the reading of a document ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DocumentState>))]
public enum DocumentState
{
    /// <summary>Read; every row is good.</summary>
    Accepted,

    /// <summary>Read, but with layout errors: nothing is taken, unless the clerk takes the good rows.</summary>
    Faulty,

    /// <summary>Not read: the file is hostile, broken, too large or no table of this layout. Its values do not exist.</summary>
    Rejected,
}

/// <summary>Intake's answer to an upload, and what it later says about a document.</summary>
/// <param name="Document">Id of the document; null for an attachment, which is stored and not read.</param>
/// <param name="File">Id of the stored file; null when the file was refused and therefore not kept.</param>
/// <param name="State">How the reading ended; an attachment is accepted or rejected.</param>
/// <param name="Name">Name that the user gave; for display only.</param>
/// <param name="Kind">What the content is: xlsx, xls, csv, pdf, docx, png, jpeg.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Size">Bytes.</param>
/// <param name="DuplicateOf">Id of the latest earlier document of the same region, notice and unit with the same content.</param>
/// <param name="Layout">Code of the layout it was read by; empty for an attachment.</param>
/// <param name="Problems">At most 500 of them.</param>
/// <param name="ProblemCount">How many there are.</param>
/// <param name="Rows">Sheet code → rows read.</param>
/// <param name="GoodRows">Sheet code → rows without an error.</param>
public sealed record IntakeAnswer(
    Guid? Document,
    Guid? File,
    DocumentState State,
    string Name,
    string Kind,
    string Sha256,
    long Size,
    Guid? DuplicateOf,
    string Layout,
    IReadOnlyList<IntakeProblem> Problems,
    int ProblemCount,
    IReadOnlyDictionary<string, int> Rows,
    IReadOnlyDictionary<string, int> GoodRows);

/// <summary>The rows that a prefilled workbook starts with: sheet code → rows of column key → canonical value.</summary>
public sealed record WorkbookData(IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> Sheets)
{
    /// <summary>A workbook without rows.</summary>
    public static WorkbookData Empty { get; } =
        new(new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal));
}
