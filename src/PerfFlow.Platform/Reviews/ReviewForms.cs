using System.Globalization;

namespace PerfFlow.Platform.Reviews;

/// <summary>What the review page posts, read from its fields.</summary>
internal sealed class ReviewForms(IFormCollection form)
{
    public int Visit => int.TryParse(form["visit"], CultureInfo.InvariantCulture, out var visit) ? visit : 0;

    /// <summary>The id under which the act answers once; null for a post that no page of ours made.</summary>
    public Guid? Command => Guid.TryParse(form["command"], out var id) ? id : null;

    public string Opinion => Text("opinion");

    public bool OpenNext => form.ContainsKey("next");

    public int? Rating => int.TryParse(form["rating"], NumberStyles.None, CultureInfo.InvariantCulture, out var rating) ? rating : null;

    public string Reason => Text("reason");

    /// <summary>The comments on the page were posted with it.</summary>
    public bool HasComments => form.ContainsKey("newText") || form.ContainsKey("place");

    /// <summary>Notes and the comment that is just being written; what was emptied is gone.</summary>
    public ReviewNotes Notes
    {
        get
        {
            var (places, codes, said) = (form["place"], form["code"], form["text"]);
            var comments = new List<CommentDraft>();
            for (var i = 0; i < Math.Min(places.Count, said.Count); i++)
            {
                Add(places[i], i < codes.Count ? codes[i] : null, said[i]);
            }

            Add(form["newPlace"], form["newCode"], form["newText"]);
            return new ReviewNotes(Opinion, comments) { Verdicts = Verdicts };

            void Add(string? place, string? code, string? text)
            {
                if (!string.IsNullOrWhiteSpace(text))
                {
                    comments.Add(new CommentDraft(place ?? "", string.IsNullOrEmpty(code) ? null : code, text.Trim()));
                }
            }
        }
    }

    /// <summary>3:accepted, as the page carries them.</summary>
    private List<CommentVerdict> Verdicts =>
    [
        .. form["verdict"].OfType<string>().Select(v => v.Split(':'))
            .Where(v => v.Length == 2 && int.TryParse(v[0], NumberStyles.None, CultureInfo.InvariantCulture, out _) && Reviews.Verdicts.IsKnown(v[1]))
            .Select(v => new CommentVerdict(int.Parse(v[0], CultureInfo.InvariantCulture), v[1])).DistinctBy(v => v.Number),
    ];

    public ReturnInput Return => new([.. form["reasons"].OfType<string>().Distinct(StringComparer.Ordinal)], Text("said"), form["target"], form["due"]);

    /// <summary>Lines ticked as sent back, each with its reason.</summary>
    public IReadOnlyList<ReturnedLine> Lines =>
    [
        .. form["line"].OfType<string>().Distinct(StringComparer.Ordinal).Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(n => new ReturnedLine(int.Parse(n, CultureInfo.InvariantCulture), Text($"line-reason-{n}"))),
    ];

    public static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact((text ?? "").Trim(), "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private string Text(string name) => form[name].ToString().Trim();
}
