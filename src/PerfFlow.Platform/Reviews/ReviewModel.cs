using System.Globalization;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Reviews;

/// <summary>How the form under review is shown.</summary>
public enum ReviewMode
{
    /// <summary>自上次查看: differences to the round this reader saw last.</summary>
    Since,

    /// <summary>并排对比.</summary>
    Side,

    /// <summary>只看当前稿.</summary>
    Plain,
}

/// <summary>A comment where it stands: number, place, what was said and what the unit answered.</summary>
public sealed record PlacedComment(int Number, string Place, string PlaceName, string? Code, string Text, string? Answer, CommentState State, string StateKey, bool Draft)
{
    /// <summary>Disputed, and the step that asked has given no verdict: who holds that step may.</summary>
    public bool Undecided { get; init; }

    /// <summary>This reader's verdict, not yet sent.</summary>
    public string? Verdict { get; init; }
}

/// <summary>The return dialog as it was typed.</summary>
public sealed record ReturnInput(IReadOnlyList<string> Reasons, string Text, string? Target, string? Due)
{
    public IReadOnlyList<ReturnedLine> Lines { get; init; } = [];
}

/// <summary>The review page of one reader.</summary>
public sealed class ReviewModel
{
    private readonly Texts texts;

    public ReviewModel(ReviewView view, Viewer viewer, ReviewMode mode, int? with, string tab, Texts texts)
    {
        (View, Viewer, this.texts, Tab) = (view, viewer, texts, tab);
        var filing = view.Filing;
        Files = [.. filing.Earlier.Append(filing.LastRound).OfType<RoundRow>().SelectMany(r => FilingCase.Read(r).Attachments.Select(a => (r.FormCode, a))).DistinctBy(f => f.a.FileId)];
        if (filing.LastRound is not { } last)
        {
            Mode = ReviewMode.Plain;
            return;
        }

        // A reader who never looked is shown what changed since the round before.
        var older = with is { } asked && asked < last.Round ? asked : view.Seen > 0 && view.Seen < last.Round ? view.Seen : last.Round - 1;
        var compared = filing.Rounds.FirstOrDefault(r => r.Round == older);
        Compared = compared?.Round;
        Mode = compared is null ? ReviewMode.Plain : mode;
        var (form, before, year) = (FilingCase.Read(last), compared is null ? null : FilingCase.Read(compared), filing.Project.FiscalYear);
        Form = new FormView(form, Mode == ReviewMode.Plain ? null : before, year, filing.Parameters, texts);
        Before = before is null ? null : new FormView(before, null, year, filing.Parameters, texts);
        Earlier = [.. filing.Earlier.Select(r => new FormView(FilingCase.Read(r), null, year, filing.Parameters, texts))];
        Comments = Place();
    }

    public ReviewView View { get; }

    public Viewer Viewer { get; }

    public ReviewMode Mode { get; }

    /// <summary>form, files, trail or rounds.</summary>
    public string Tab { get; }

    /// <summary>The last round; null when nothing was filed yet.</summary>
    public FormView? Form { get; }

    /// <summary>Attachments of the newest round of every form of the case, each with the form's code.</summary>
    public IReadOnlyList<(string Form, FormAttachment File)> Files { get; }

    /// <summary>The round compared with, by itself.</summary>
    public FormView? Before { get; }

    /// <summary>Other forms of the case that this one builds on, oldest first.</summary>
    public IReadOnlyList<FormView> Earlier { get; } = [];

    /// <summary>Number of the round compared with.</summary>
    public int? Compared { get; }

    /// <summary>Newest first; the reader's own notes, not yet sent, on top.</summary>
    public IReadOnlyList<PlacedComment> Comments { get; } = [];

    public string Address => string.Create(CultureInfo.InvariantCulture, $"/reviews/{View.Filing.Case.Id}");

    public int Round => View.Filing.LastRound?.Round ?? 0;

    /// <summary>Where a new comment is to go, as chosen without script.</summary>
    public string? CommentAt { get; init; }

    /// <summary>Reviews that wait besides this one.</summary>
    public int Waiting { get; init; }

    public bool OpenNext { get; init; } = true;

    public Guid Command { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;

    public FormErrors ReturnErrors { get; init; } = FormErrors.None;

    public FormErrors ReopenErrors { get; init; } = FormErrors.None;

    /// <summary>The decision whose dialog was refused; null = the return's.</summary>
    public string? Decided { get; init; }

    /// <summary>What was typed into the dialog that was refused.</summary>
    public ReturnInput? Return { get; init; }

    /// <summary>Typed with a reopening that was refused.</summary>
    public string? ReopenReason { get; init; }

    /// <summary>Who was first, when this post came too late.</summary>
    public string? Handled { get; init; }

    /// <summary>The rating that was chosen; null = the proposal.</summary>
    public string? Rating { get; init; }

    public string Opinion => View.Notes.Notes.Opinion;

    /// <summary>The address of this page with another tab, mode or round to compare with.</summary>
    public string Link(string? tab = null, ReviewMode? mode = null, int? with = null)
    {
        var parts = new List<string>();
        if (tab is not null and not "form")
        {
            parts.Add($"tab={tab}");
        }

        if (mode is { } shown && shown != ReviewMode.Since)
        {
            parts.Add($"view={Name(shown)}");
        }

        if (with is { } round)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"with={round}"));
        }

        return parts.Count == 0 ? Address : $"{Address}?{string.Join('&', parts)}";
    }

    public static string Name(ReviewMode mode) => mode switch { ReviewMode.Side => "side", ReviewMode.Plain => "plain", _ => "since" };

    public static ReviewMode ModeOf(string? name) => name switch { "side" => ReviewMode.Side, "plain" => ReviewMode.Plain, _ => ReviewMode.Since };

    /// <summary>Comments on a place, or on the places below it (a row's cells).</summary>
    public IEnumerable<PlacedComment> At(string path) => Comments.Where(c => c.Place == path || c.Place.StartsWith(path + ".", StringComparison.Ordinal)).OrderBy(c => c.Number);

    /// <summary>Only what may be sent back to, in the order of the step.</summary>
    public IReadOnlyList<string> Targets => [.. View.Outcomes.Where(o => o.StartsWith("Return", StringComparison.Ordinal))];

    /// <summary>Decisions that are neither plain approval nor return: 需整改, 不予同意, 准予延期 …</summary>
    public IReadOnlyList<string> Others => [.. View.Outcomes.Where(o => o != DecideReview.Approve && !o.StartsWith("Return", StringComparison.Ordinal))];

    /// <summary>Reasons that fit what is open: codes of the reader's own comments and of findings that block.</summary>
    public IReadOnlyList<string> ProposedReasons
    {
        get
        {
            var codes = View.Notes.Notes.Comments.Select(c => c.Code)
                .Concat(View.Report?.Findings.Where(f => f.Blocks).Select(f => f.Code) ?? [])
                .Where(c => !string.IsNullOrEmpty(c));
            return [.. codes.Select(c => ReturnReasons.Find(c!)?.Code ?? ReturnReasons.All.FirstOrDefault(r => r.Checks.Contains(c!, StringComparer.Ordinal))?.Code)
                .OfType<string>().Distinct(StringComparer.Ordinal)];
        }
    }

    public Mark Mark => View.State.State switch
    {
        CaseStates.Approved => Mark.Pass,
        CaseStates.Returned => Mark.Back,
        var state when CaseStates.Reviewing(state) => Mark.Wait,
        var state when CaseStates.Filling(state) => Mark.Edit,
        _ => Mark.None,
    };

    /// <summary>For those who may not be told of drafts, a draft is 待填报 (V4).</summary>
    public string StateText =>
        OutcomeWords.State(texts, View.Filing.Definition, View.State.State == CaseStates.Draft && Viewer.May(Right.SeeDraft, View.Filing.Case) is not null ? CaseStates.ToFill : View.State.State);

    /// <summary>XH01 and the like, with their names, as a comment may cite them.</summary>
    public IReadOnlyList<(string Code, string Name)> Codes =>
        [.. View.Filing.Kind.Rules.Where(r => r.Code != "CQ01").Select(r => (r.Code, texts[r.NameKey])), .. ReturnReasons.All.Select(r => (r.Code, texts[r.TextKey]))];

    public IReadOnlyList<CheckLine> Checks =>
    [
        .. (View.Report?.Findings ?? []).Select(f => new CheckLine(
            f.Code,
            f.Level == FindingLevel.Error ? CheckLevel.Error : CheckLevel.Warning,
            Sentence(f),
            f.Explanation is { } said ? texts["reviews.check.explained", said] : f.Remedy(k => texts[k]),
            f.Place.Length == 0 ? null : "#" + FormView.AnchorOf(f.Place))),
    ];

    private string Sentence(Finding finding)
    {
        var sentence = finding.Sentence(k => texts[k]);
        return finding.OtherUnit is { } other && View.OthersSeen.Contains(other) ? sentence + texts["checks.XG03.forReviewer", other] : sentence;
    }

    private List<PlacedComment> Place()
    {
        var filing = View.Filing;
        var sent = filing.Comments.Select(c =>
        {
            var answer = filing.Answers.LastOrDefault(a => a.Number == c.Number);
            var (given, draft) = (filing.VerdictOn(c.Number), View.Notes.Notes.Verdicts.FirstOrDefault(v => v.Number == c.Number)?.Verdict);
            var state = answer is null ? CommentState.Open : answer.Kind == "disputed" && (given ?? draft) != Verdicts.Accepted ? CommentState.Disputed : CommentState.Answered;
            var words = answer is null ? "reviews.comment.open"
                : answer.Kind != "disputed" ? $"reviews.comment.{answer.Kind}"
                : given is not null ? $"reviews.comment.{given}"
                : draft is not null ? $"reviews.comment.{draft}.draft" : "reviews.comment.disputed";
            var said = answer is null ? null : answer.Text.Length > 0 ? texts["reviews.answer", filing.Unit.Name, answer.Text] : texts["reviews.answer.done", filing.Unit.Name];
            return new PlacedComment(c.Number, c.Place, Form!.PlaceName(c.Place), c.Code, c.Text, said, state, words, Draft: false)
            {
                Undecided = filing.OpenDisputes.Any(a => a.Number == c.Number),
                Verdict = draft,
            };
        });
        var next = filing.NextComment - 1;
        var drafts = View.Notes.Notes.Comments.Select((c, i) => new PlacedComment(next + i + 1, c.Place, Form!.PlaceName(c.Place), c.Code, c.Text, null, CommentState.Open, "reviews.comment.draft", Draft: true));
        return [.. sent.Concat(drafts).OrderByDescending(c => c.Number)];
    }
}
