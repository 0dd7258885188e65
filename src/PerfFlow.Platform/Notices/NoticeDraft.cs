using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>The draft of a notice as its author gives it: every page, API call and the demo writes through this.</summary>
public sealed record NoticeDraft
{
    /// <summary>关于编报2024年部门预算项目支出绩效目标的通知.</summary>
    public required string Title { get; init; }

    /// <summary>缘由、依据. Markdown.</summary>
    public string Grounds { get; init; } = "";

    /// <summary>事项. Markdown.</summary>
    public string Matters { get; init; } = "";

    /// <summary>要求. Markdown.</summary>
    public string Demands { get; init; } = "";

    /// <summary>One of <see cref="NoticeKinds"/>.</summary>
    public string Opens { get; init; } = NoticeKinds.GoalFiling;

    /// <summary>预算年度 of the projects asked for.</summary>
    public required int FiscalYear { get; init; }

    public string Period { get; init; } = "";

    /// <summary>A rest day moves to the next working day when the notice is signed.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>机关代字; blank takes the region's usual one.</summary>
    public string MarkWord { get; init; } = "";

    /// <summary>署名; blank takes the bureau's name.</summary>
    public string Signer { get; init; } = "";

    public string Contact { get; init; } = "";

    public IReadOnlyList<NoticeAttachment> Attachments { get; init; } = [];

    public RecipientChoice Recipients { get; init; } = new();

    /// <summary>Null = the region's ladder.</summary>
    public NoticeLadder? Ladder { get; init; }

    public bool UnitsMayAdd { get; init; }

    public bool PerformanceReviews { get; init; }

    private const int MostProjects = 5_000;

    /// <summary>What can never become right by writing on; what is merely missing is asked for when it goes to signing.</summary>
    internal Refusal? Check()
    {
        if (string.IsNullOrWhiteSpace(Title))
        {
            return new Refusal("notice-title-required") { Field = "title" };
        }

        if (Title.Length > 200)
        {
            return new Refusal("notice-title-long", 200) { Field = "title" };
        }

        if (Math.Max(Grounds.Length, Math.Max(Matters.Length, Demands.Length)) > 20_000)
        {
            return new Refusal("notice-text-long", 20_000) { Field = "matters" };
        }

        if (!NoticeKinds.All.Contains(Opens))
        {
            return new Refusal("notice-kind-unknown", Opens) { Field = "opens" };
        }

        if (FiscalYear is < 2000 or > 2099)
        {
            return new Refusal("notice-year-invalid", FiscalYear) { Field = "fiscalYear" };
        }

        if (MarkWord.Length > 0 && !DocumentNumber.IsWord(MarkWord))
        {
            return new Refusal("mark-word-invalid", MarkWord) { Field = "markWord" };
        }

        if (Recipients.Groups.FirstOrDefault(g => !RecipientChoice.IsGroup(g)) is { } group)
        {
            return new Refusal("recipient-group-unknown", group) { Field = "recipients" };
        }

        return Recipients.Projects.Count > MostProjects || Recipients.Key.Count > MostProjects
            ? new Refusal("notice-projects-many", MostProjects) { Field = "projects" }
            : Ladder is { } ladder && (ladder.Before.Concat(ladder.After).Any(d => d is < 0 or > 60) || ladder.After.Contains(0))
            ? new Refusal("notice-ladder-invalid") { Field = "ladder" }
            : null;
    }

    internal void CopyTo(Notice notice, string markWord, string signer)
    {
        notice.Title = Title.Trim();
        notice.Grounds = Grounds;
        notice.Matters = Matters;
        notice.Demands = Demands;
        notice.Opens = Opens;
        notice.FiscalYear = FiscalYear;
        notice.Period = Period;
        notice.DueOn = DueOn;
        notice.MarkWord = MarkWord.Length > 0 ? MarkWord : markWord;
        notice.Signer = Signer.Length > 0 ? Signer : signer;
        notice.Contact = Contact;
        notice.Attachments = NoticeJson.Write(Attachments);
        notice.Recipients = Recipients.Write();
        notice.Ladder = Ladder is null ? null : NoticeJson.Write(Ladder);
        notice.UnitsMayAdd = UnitsMayAdd;
        notice.PerformanceReviews = PerformanceReviews;
    }

    /// <summary>The draft of a stored notice, to go on editing.</summary>
    public static NoticeDraft Of(Notice notice) => new()
    {
        Title = notice.Title,
        Grounds = notice.Grounds,
        Matters = notice.Matters,
        Demands = notice.Demands,
        Opens = notice.Opens,
        FiscalYear = notice.FiscalYear,
        Period = notice.Period,
        DueOn = notice.DueOn,
        MarkWord = notice.MarkWord,
        Signer = notice.Signer,
        Contact = notice.Contact,
        Attachments = NoticeJson.Attachments(notice),
        Recipients = RecipientChoice.Read(notice.Recipients),
        Ladder = NoticeJson.Ladder(notice),
        UnitsMayAdd = notice.UnitsMayAdd,
        PerformanceReviews = notice.PerformanceReviews,
    };

    /// <summary>What a notice lacks before a leader can sign it; null when nothing.</summary>
    internal static Refusal? Unready(Notice notice, RecipientList recipients, WorkingCalendar calendar, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(notice.Matters))
        {
            return new Refusal("notice-matters-required") { Field = "matters" };
        }

        if (!DocumentNumber.IsWord(notice.MarkWord))
        {
            return new Refusal("mark-word-invalid", notice.MarkWord) { Field = "markWord" };
        }

        if (string.IsNullOrWhiteSpace(notice.Signer))
        {
            return new Refusal("notice-signer-required") { Field = "signer" };
        }

        if (notice.DueOn is not { } due)
        {
            return new Refusal("notice-due-required") { Field = "dueOn" };
        }

        if (calendar.DueInstant(due) <= now)
        {
            return new Refusal("notice-due-past", Show.FullDay(due)) { Field = "dueOn" };
        }

        if (NoticeKinds.ByList.Contains(notice.Opens) && RecipientChoice.Read(notice.Recipients).Projects.Count == 0)
        {
            return new Refusal("notice-needs-list") { Field = "projects" };
        }

        if (recipients.Unknown is { Count: > 0 } unknown)
        {
            return new Refusal("notice-projects-unknown", string.Join('、', unknown.Take(5)), unknown.Count, notice.FiscalYear) { Field = "projects" };
        }

        if (recipients.Targets == 0)
        {
            return new Refusal("notice-no-targets") { Field = "recipients" };
        }

        return recipients.WithoutSection is { Count: > 0 } orphans
            ? new Refusal("notice-without-section", string.Join('、', orphans.Take(5).Select(l => l.Body.Name)), orphans.Count) { Field = "recipients" }
            : null;
    }
}
