using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Pictures;

/// <summary>Pictures as JSON: the same facts, without coordinates.</summary>
internal static class PicturesApi
{
    public static IEndpointRouteBuilder MapPicturesApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("Pictures").WithRefusals();
        api.MapGet("/cases/{id:long}/picture", CaseAsync).WithSummary("Where a case stands and how it came there: steps with their visits, ways with how often they were gone; after a line of its trail, or now");
        api.MapGet("/notices/{id:long}/picture", NoticeAsync).WithSummary("Over the cases of a notice that the caller sees: per step how many stand there, median working days, decisions and returns");
        return routes;
    }

    internal sealed record StepAnswer(string Id, string Name, DrawnKind Kind, StepState State, int Times, int WorkingDays, string? Holder, DateTimeOffset? Since, string? By, IReadOnlyList<StepVisit> Visits);

    internal sealed record WayAnswer(string From, string To, IReadOnlyList<string> Outcomes, bool Returns, bool Beside, int Gone);

    internal sealed record LineAnswer(int Line, int Seq, DateTimeOffset At, string What, string Who);

    internal sealed record CaseAnswer(
        long CaseId, string Definition, int Version, string Status, int Line, int Lines, string What, IReadOnlyList<StepAnswer> Steps, IReadOnlyList<WayAnswer> Ways, IReadOnlyList<LineAnswer> Trail);

    internal sealed record NoticeStepAnswer(string Id, string Name, DrawnKind Kind, int Standing, int Decided, int Returned, int? ReturnedShare, double? MedianDays);

    internal sealed record NoticeAnswer(long NoticeId, string Definition, int Version, int Cases, int Ended, int OnOlderVersions, int Elsewhere, IReadOnlyList<NoticeStepAnswer> Steps);

    private static async Task<Results<Ok<CaseAnswer>, JsonHttpResult<RefusedAnswer>>> CaseAsync(long id, Viewer viewer, ReadPicture read, Texts texts, CancellationToken ct, int? line = null) =>
        texts.Answer((await read.RunAsync(viewer, id, line, ct)).Then<CaseAnswer>(picture => Tell(picture, texts)));

    private static async Task<Results<Ok<NoticeAnswer>, JsonHttpResult<RefusedAnswer>>> NoticeAsync(long id, Viewer viewer, ReadNoticePicture read, Texts texts, CancellationToken ct) =>
        texts.Answer((await read.RunAsync(viewer, id, ct)).Then<NoticeAnswer>(picture => new NoticeAnswer(
            id, picture.Definition, picture.Version, picture.Cases, picture.Ended, picture.Older, picture.Elsewhere,
            [.. picture.Steps.Select(step => new NoticeStepAnswer(step.Step.Id, step.Step.Name, step.Step.Kind, step.Standing, step.Decided, step.Returned, step.ReturnedShare, step.MedianDays))])));

    private static CaseAnswer Tell(CasePicture picture, Texts texts) => new(
        picture.CaseId, picture.Definition, picture.Version, picture.Status.ToString(), picture.Line, picture.Trail.Count, PictureWords.What(picture.Trail[picture.Line - 1], texts),
        [.. picture.Steps.Select(step => new StepAnswer(
            step.Step.Id, step.Step.Name, step.Step.Kind, step.State, step.Times, step.WorkingDays, step.Holder, step.Open?.OpenedAt, PictureWords.By(picture, step), step.Visits))],
        [.. picture.Ways.Select(way => new WayAnswer(way.Line.From, way.Line.To, way.Line.Outcomes, way.Line.Returns, way.Line.Beside, way.Gone))],
        [.. picture.Trail.Select((line, i) => new LineAnswer(i + 1, line.Seq, line.At, PictureWords.What(line, texts), TrailWords.Who(line, texts)))]);
}
