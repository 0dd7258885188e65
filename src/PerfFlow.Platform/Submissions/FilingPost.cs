using System.Text.RegularExpressions;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>What a page or the API sends of a filing: the form's fields by path, and the answers to comments.</summary>
/// <param name="Visit">The visit that the sender saw.</param>
/// <param name="Version">The version of the draft that the sender saw; 0 = none yet.</param>
/// <param name="Fields">Path and text as typed.</param>
/// <param name="Answers">By comment number.</param>
public sealed partial record FilingPost(int Visit, int Version, IReadOnlyList<KeyValuePair<string, string>> Fields, IReadOnlyDictionary<int, AnswerDraft> Answers)
{
    /// <summary>As many values as a form may bring: some hundred pasted rows.</summary>
    public const int MostValues = 20_000;

    /// <summary>Reads a posted form; what is no field of the filing is left to the form to ignore.</summary>
    public static FilingPost Read(IFormCollection posted)
    {
        ArgumentNullException.ThrowIfNull(posted);
        var answers = new Dictionary<int, AnswerDraft>();
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in posted)
        {
            if (AnswerPath().Match(name) is { Success: true } match && int.TryParse(match.Groups["number"].ValueSpan, out var number))
            {
                var answer = answers.GetValueOrDefault(number, new AnswerDraft("", ""));
                answers[number] = match.Groups["part"].Value == "kind" ? answer with { Kind = values.ToString() } : answer with { Text = values.ToString() };
            }
            else
            {
                fields.AddRange(values.Select(v => new KeyValuePair<string, string>(name, v ?? "")));
            }
        }

        return new FilingPost(Number("visit"), Number("version"), fields, Meant(answers));

        int Number(string name) => int.TryParse(posted[name], out var number) ? number : 0;
    }

    /// <summary>
    /// The draft that this makes of <paramref name="filing"/>. Facts come from the platform and attachments from what
    /// was uploaded for this case, whatever was sent: a file is named here and nowhere else. A 说明 stays while its finding
    /// comes and goes, until it is emptied.
    /// </summary>
    public DraftToSave For(FilingCase filing)
    {
        ArgumentNullException.ThrowIfNull(filing);
        var before = filing.Form;
        var sent = Fields.Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        var typed = FormContent.Of(filing.Kind.Layout, Fields);
        var kept = before.Explanations.Where(e => !sent.Contains($"explanations[{e.Key}]"));
        var form = filing.Kind.Settle(
            typed with
            {
                Attachments = before.Attachments,
                Explanations = typed.Explanations.Concat(kept).ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal),
            },
            filing.Prefilled,
            filing);
        return new DraftToSave(filing.Case.Id, Visit, Version, form, Answers);
    }

    /// <summary>Without the fields of one row: the button "remove" of a page without scripts.</summary>
    public FilingPost Without(string? row) => string.IsNullOrEmpty(row)
        ? this
        : this with { Fields = [.. Fields.Where(f => !f.Key.StartsWith(row + ".", StringComparison.Ordinal))] };

    private static Dictionary<int, AnswerDraft> Meant(Dictionary<int, AnswerDraft> answers) => answers
        .Where(a => a.Value.Kind.Length > 0 || a.Value.Text.Trim().Length > 0)
        .ToDictionary(a => a.Key, a => a.Value with { Text = a.Value.Text.Trim() });

    [GeneratedRegex(@"^answers\[(?<number>\d{1,6})\]\.(?<part>kind|text)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AnswerPath();
}

/// <summary>Keeps what was sent as the draft of the visit, with the facts and files that only the platform may set.</summary>
public sealed class KeepFiling(FilingCases filings, SaveDraft save)
{
    public async Task<Outcome<DraftSaved>> RunAsync(Access.Viewer viewer, long caseId, FilingPost post, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        return found.Refusal is { } refusal ? refusal : await save.RunAsync(viewer, post.For(found.Value), ct);
    }
}
