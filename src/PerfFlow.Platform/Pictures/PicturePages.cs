using PerfFlow.Platform.Access;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Pictures;

/// <summary>The page of a case's picture.</summary>
public sealed record CasePictureModel(CasePicture Picture, SvgPicture Svg, DateOnly Today)
{
    /// <summary>The address of the picture after a line; of now for null.</summary>
    public string At(int? line) => line is { } at ? $"/cases/{Picture.CaseId}/picture?line={at}" : $"/cases/{Picture.CaseId}/picture";
}

/// <summary>The page over all cases of a notice.</summary>
public sealed record NoticePictureModel(NoticePicture Picture, SvgPicture Svg);

/// <summary>流程图 of a case and 流程热力图 of a notice.</summary>
internal static class PicturePages
{
    public static IEndpointRouteBuilder MapPicturePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/cases/{id:long}/picture", ShowAsync).ExcludeFromDescription();
        routes.MapGet("/cases/{id:long}/picture/part", PartAsync).ExcludeFromDescription();
        routes.MapGet("/notices/{id:long}/picture", NoticeAsync).ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> ShowAsync(long id, HttpContext http, Viewer viewer, ReadPicture read, Texts texts, CancellationToken ct, int? line = null)
    {
        var picture = await read.RunAsync(viewer, id, line, ct);
        return picture.Ok ? await Pages.RenderAsync<CasePicturePage>(http, Model(picture.Value, viewer, texts)) : await Refusals.PageAsync(http, picture.Refusal!);
    }

    /// <summary>The drawing alone, for the trail page.</summary>
    private static async Task<IResult> PartAsync(long id, HttpContext http, Viewer viewer, ReadPicture read, Texts texts, CancellationToken ct)
    {
        var picture = await read.RunAsync(viewer, id, null, ct);
        return picture.Ok ? await Pages.PartAsync<CasePicturePart>(http, Model(picture.Value, viewer, texts)) : TypedResults.NotFound();
    }

    private static async Task<IResult> NoticeAsync(long id, HttpContext http, Viewer viewer, ReadNoticePicture read, Texts texts, CancellationToken ct)
    {
        var picture = await read.RunAsync(viewer, id, ct);
        return picture.Ok
            ? await Pages.RenderAsync<NoticePicturePage>(http, new NoticePictureModel(picture.Value, PictureWords.Svg(picture.Value, texts)))
            : await Refusals.PageAsync(http, picture.Refusal!);
    }

    private static CasePictureModel Model(CasePicture picture, Viewer viewer, Texts texts) =>
        new(picture, PictureWords.Svg(picture, viewer.Today, texts), viewer.Today);
}
