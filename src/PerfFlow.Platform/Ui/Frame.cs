namespace PerfFlow.Platform.Ui;

/// <summary>What the frame around a page shows: who is here, for which body, on which business day, and what waits.</summary>
/// <param name="Platform">The platform's name in this region: 青田县预算绩效流程平台.</param>
/// <param name="UserName">The person's name.</param>
/// <param name="Role">Body and role: 县财政局 · 教科文股.</param>
/// <param name="Now">The region's business time (<c>RegionClock</c>), not the system's.</param>
/// <param name="IsWorkingDay">By the region's calendar.</param>
/// <param name="IsShifted">The region is a demo whose date is not today's.</param>
/// <param name="Menu">The left menu of this person's roles.</param>
/// <param name="Unread">Notifications not yet read.</param>
public sealed record FrameModel(
    string Platform,
    string UserName,
    string Role,
    DateTimeOffset Now,
    bool IsWorkingDay,
    bool IsShifted,
    IReadOnlyList<MenuItem> Menu,
    int Unread)
{
    /// <summary>The business date that decides whether a date is shown with its year.</summary>
    public DateOnly Today => Show.DayOf(Now);
}

/// <summary>One line of the left menu.</summary>
/// <param name="Text">The words, already in the reader's language.</param>
/// <param name="Href">Where it leads; the current line is the one with the longest address that begins the page's.</param>
/// <param name="Icon">A name of Ui/icons.txt; null for a line below another.</param>
/// <param name="Count">Open things behind it; null or 0 shows nothing.</param>
public sealed record MenuItem(string Text, string Href, string? Icon = null, int? Count = null)
{
    /// <summary>A rule is drawn above it.</summary>
    public bool StartsGroup { get; init; }

    /// <summary>Also one of the (at most four) tabs at the bottom of the phone.</summary>
    public bool OnPhone { get; init; }
}

/// <summary>Builds the frame of a request: from the user's roles, the inbox counts and the region's clock.</summary>
public interface IFrame
{
    /// <summary>The frame for the signed-in user, or null when nobody is signed in.</summary>
    Task<FrameModel?> GetAsync(HttpContext http, CancellationToken ct);
}

/// <summary>The frame and the toast of the request being rendered. Scoped; <see cref="Pages"/> fills it.</summary>
public sealed class FrameContext
{
    /// <summary>Null on pages without a frame (sign-in, errors).</summary>
    public FrameModel? Model { get; internal set; }

    /// <summary>What the last post has to say, shown once.</summary>
    public ToastModel? Toast { get; internal set; }

    /// <summary>The address of the page, for the current line of the menu.</summary>
    public string Path { get; internal set; } = "/";

    /// <summary>The business date of the frame; pages without one show dates in full.</summary>
    public DateOnly Today => Model?.Today ?? DateOnly.MinValue;
}
