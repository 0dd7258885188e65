using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Access;

/// <summary>The doors of the access policy: who asks, and the frame that follows from it.</summary>
internal static class AccessFeature
{
    public static WebApplicationBuilder AddAccessFeature(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ViewerReader>();
        builder.Services.AddScoped<IFrame, Frame>();
        return builder;
    }
}
