"""The addresses of signing in, under Django's names."""

from django.contrib.auth import views
from django.urls import path

from ams.accounts.claim import claim
from ams.accounts.views import AskForNewPassword, ChooseNewPassword, SignIn, password_again

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="login"),
    path("claim/<str:token>/", claim, name="claim"),
    path("sign-out/", views.LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordChangeView.as_view(), name="password_change"),
    path("password/changed/", views.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/again/", password_again, name="password_again"),
    path("password/new/", AskForNewPassword.as_view(), name="password_reset"),
    path("password/new/sent/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/new/<uidb64>/<token>/", ChooseNewPassword.as_view(), name="password_reset_confirm"),
    path("password/new/done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
