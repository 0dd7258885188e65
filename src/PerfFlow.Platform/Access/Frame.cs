using PerfFlow.Platform.Inbox;
using PerfFlow.Platform.Messages;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Access;

/// <summary>The frame around a page: what this person's roles open, and how much waits behind it.</summary>
internal sealed class Frame(TaskList tasks, RegionClock clock, ParameterStore parameters, UnreadCount unread, Texts texts) : IFrame
{
    public async Task<FrameModel?> GetAsync(HttpContext http, CancellationToken ct)
    {
        if (http.Features.Get<Viewer>() is not { } viewer)
        {
            return null;
        }

        var open = await tasks.CountAsync(TaskScope.Mine(viewer), TaskFilter.None, ct);
        var region = clock.Get(viewer.RegionId);
        var now = clock.Now(viewer.RegionId);
        return new FrameModel(
            texts["frame.platform", region.Name],
            viewer.Name,
            Role(viewer),
            now,
            parameters.Calendar(viewer.RegionId).IsWorkingDay(clock.Today(viewer.RegionId)),
            region.Shift != TimeSpan.Zero,
            Menu(viewer, open),
            await unread.OfAsync(viewer.UserId, ct));
    }

    /// <summary>The body and the role that come first; who has several sees all on the sessions page.</summary>
    private string Role(Viewer viewer) => viewer.Posts is [var post, ..]
        ? texts["frame.role", post.Name, texts[$"role.{post.Role}"]]
        : texts["frame.no-role"];

    private List<MenuItem> Menu(Viewer viewer, int open)
    {
        var reach = viewer.Reach;
        var cases = reach.AllCases || reach.Sections.Count + reach.Departments.Count + reach.Units.Count > 0;
        var items = new List<MenuItem>();
        if (cases)
        {
            items.Add(new(texts["menu.workbench"], "/", "home") { OnPhone = true });
            items.Add(new(texts["menu.inbox"], "/tasks", "inbox", open) { OnPhone = true });
            items.Add(new(texts["menu.done"], "/tasks/done", "circle-check") { OnPhone = true });
        }

        if (reach.Units.Count > 0)
        {
            items.Add(new(texts["menu.filings"], "/filings", "file-text"));
        }

        if (cases)
        {
            // In the order of the chain.
            items.Add(new(texts["menu.notices"], "/notices", "speakerphone"));
            items.Add(new(texts["menu.department-evaluations"], "/department-evaluations", "clipboard-check"));
            if (Roles.Finance.Any(role => viewer.Has(role)))
            {
                items.Add(new(texts["menu.spot-checks"], "/spot-checks", "checklist"));
                items.Add(new(texts["menu.finance-evaluations"], "/finance-evaluations", "report"));
            }

            items.Add(new(texts["menu.rectifications"], "/rectifications", "tool"));
            items.Add(new(texts["menu.results"], "/results", "coins"));
        }

        if (cases || reach.AllBudget)
        {
            items.Add(new(texts["menu.projects"], "/projects", "database"));
        }

        if (viewer.May(Right.SearchCases) is null)
        {
            items.Add(new(texts["menu.cases"], "/cases", "search"));
        }

        if (viewer.Posts.Count > 0)
        {
            items.Add(new(texts["menu.notifications"], "/notifications", "bell") { OnPhone = true });
        }

        AddOffices(viewer, items);
        return items;
    }

    private void AddOffices(Viewer viewer, List<MenuItem> items)
    {
        var before = items.Count;
        if (viewer.May(Right.ManageOrganisation) is null || viewer.May(Right.GrantRoles) is null)
        {
            items.Add(new(texts["menu.organisation"], "/organisation", "building") { OnPhone = items.Count < 4 });
        }

        if (viewer.May(Right.OperateCases) is null)
        {
            items.Add(new(texts["menu.incidents"], "/incidents", "alert-triangle"));
        }

        if (viewer.May(Right.PublishDefinitions) is null)
        {
            items.Add(new(texts["menu.definitions"], "/definitions", "route"));
        }

        if (viewer.May(Right.ManageDelivery) is null)
        {
            items.Add(new(texts["menu.delivery"], "/operations/messages", "mail-off"));
        }

        if (viewer.May(Right.ManageParameters) is null)
        {
            items.Add(new(texts["menu.parameters"], "/parameters", "adjustments-horizontal"));
            items.Add(new(texts["menu.calendars"], "/calendars", "calendar-stats"));
        }

        if (viewer.May(Right.ReadSecurityLog) is null)
        {
            items.Add(new(texts["menu.security-log"], "/security-log", "shield-lock"));
        }

        if (before > 0 && items.Count > before)
        {
            items[before] = items[before] with { StartsGroup = true };
        }
    }
}
