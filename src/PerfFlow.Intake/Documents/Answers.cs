using System.Text.Json;
using PerfFlow.Intake.Data;
using PerfFlow.Intake.Layouts;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Intake.Documents;

/// <summary>Says in the reader's language what is stored as codes.</summary>
internal static class Answers
{
    public static IntakeAnswer Of(DocumentRow row, string language)
    {
        var parsed = Values(row);
        return new IntakeAnswer(
            row.Id, row.FileId, row.State, row.Name, row.Kind, row.Sha256, row.Size, row.DuplicateOf, row.Layout,
            Problems(row, language), row.FaultCount,
            Count(parsed, _ => true), Count(parsed, r => r.Good));
    }

    /// <summary>An attachment: stored, not read.</summary>
    public static IntakeAnswer Of(FileRow row) => new(
        null, row.Id, DocumentState.Accepted, row.Name, row.Kind, row.Sha256, row.Size, null, "", [], 0, Count(null, _ => true), Count(null, _ => true));

    public static IReadOnlyList<IntakeProblem> Problems(DocumentRow row, string language)
    {
        var words = IntakeTexts.For(language);
        return JsonSerializer.Deserialize<List<LayoutFault>>(row.Faults, MessageCatalog.Json)!.ConvertAll(words.Problem);
    }

    public static ParsedDocument? Values(DocumentRow row) =>
        row.Parsed is null ? null : JsonSerializer.Deserialize<ParsedDocument>(row.Parsed, MessageCatalog.Json);

    private static Dictionary<string, int> Count(ParsedDocument? parsed, Func<ParsedRow, bool> which) =>
        (parsed?.Sheets ?? []).ToDictionary(s => s.Code, s => s.Rows.Count(which), StringComparer.Ordinal);
}
