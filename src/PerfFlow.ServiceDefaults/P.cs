namespace PerfFlow.ServiceDefaults; internal static class Placeholder;
