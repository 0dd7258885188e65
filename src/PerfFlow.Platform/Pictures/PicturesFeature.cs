namespace PerfFlow.Platform.Pictures;

/// <summary>The doors of pictures.</summary>
internal static class PicturesFeature
{
    public static IServiceCollection AddPictures(this IServiceCollection services)
    {
        services.AddSingleton<ReadPicture>();
        services.AddSingleton<ReadNoticePicture>();
        return services;
    }

    public static IEndpointRouteBuilder MapPictures(this IEndpointRouteBuilder routes) => routes.MapPicturePages().MapPicturesApi();
}
